/** The door of this room: from the datasets of an experiment's tasks to problems that are ready to be sampled from. */
import { setImmediate } from 'node:timers/promises';
import type { DatasetConfig } from '../protocol/datasetConfig.ts';
import type { DatasetOrigin, ProblemRecord, TaskPlace } from '../protocol/run.ts';
import type { Task } from '../protocol/tasks.ts';
import { combinedHash } from './dataset.ts';
import type { DatasetRow } from './row.ts';
import type { PartQuestions } from './overlap.ts';
import { readParts } from './parts.ts';
import type { ProblemRange } from './problemOrder.ts';
import { withinLimits } from './promptLength.ts';
import { questionOf } from './question.ts';
import { parseTemplate } from './template.ts';
import { promptWriter, type Prompt } from './prompts.ts';
import { withoutShown } from './shownProblems.ts';
import type { ChatRenderer } from './systemMessage.ts';
import { findTaskLeaks, taskLeakWarnings } from './taskLeaks.ts';
import { inTask, ofTask } from './taskWords.ts';

/** A problem with its prompt as tokens. */
export interface Problem extends ProblemRecord {
  /** null where the experiment has one dataset. */
  readonly task: string | null;
  /** Row in its dataset file, from 0. */
  readonly fileRow: number;
  readonly tokens: Int32Array;
}

/** What loading needs to know of the experiment and its model. */
export interface ProblemDependencies {
  /** Folder of the experiment file, to which paths are relative. */
  readonly baseDir: string;
  readonly seed: number;
  readonly encode: (text: string, options: { readonly addSpecialTokens: boolean }) => Int32Array;
  readonly renderChat: ChatRenderer;
  readonly contextLength: number;
  readonly maxCompletionLength: number;
  /** Stops the loading, which takes half a minute for 150,000 prompts. */
  readonly signal?: AbortSignal;
}

/** One task's share of the problems. */
export interface LoadedTask {
  /** null where the experiment has one dataset. */
  readonly name: string | null;
  /** Its row 0 is the problem of this number. */
  readonly first: number;
  /** Its problems in the training part. */
  readonly train: ProblemRange;
}

export interface Problems {
  /** Of all tasks, one after another, as the other parts. */
  readonly train: readonly Problem[];
  readonly validation: readonly Problem[];
  /** Empty where the experiment names no test file. */
  readonly test: readonly Problem[];
  readonly tasks: readonly LoadedTask[];
  /** What the user should know: rows left out, duplicates across parts. */
  readonly warnings: readonly string[];
  /** Identifies the data: sha256 of the file, or over those of several files. */
  readonly hash: string;
  /** What was read. */
  readonly origins: readonly DatasetOrigin[];
}

/**
 * Reads the files of every task, splits them, and writes and encodes every prompt.
 * @throws UserError naming task, file, row and what to do, for whatever is wrong in the data; the signal's reason where that stopped it
 */
export async function loadProblems(
  tasks: readonly Pick<Task, 'name' | 'dataset'>[],
  deps: ProblemDependencies,
): Promise<Problems> {
  const loaded: ReadTask[] = [];
  let first = 0;
  for (const { name, dataset } of tasks) {
    const read = await inTask(name, () => readTask(dataset, { name, first }, deps));
    loaded.push(read);
    first += read.rows;
  }
  const part = (split: ProblemRecord['split']): Problem[] => loaded.flatMap((task) => problemsOf(task, split));
  let start = 0;
  return {
    train: part('train'),
    validation: part('validation'),
    test: part('test'),
    tasks: loaded.map(({ name, first: number, parts }, task) => {
      const count = parts.find(({ split }) => split === 'train')?.rows.length ?? 0;
      start += count;
      return { name, first: number, train: { task, start: start - count, count } };
    }),
    warnings: [
      ...loaded.flatMap(({ name, warnings }) => warnings.map((warning) => ofTask(name, warning))),
      ...taskLeakWarnings(
        findTaskLeaks(loaded.map(({ name, questions, alike }) => ({ task: name, parts: questions, alike }))),
      ),
    ],
    // A task by another name is another run, as its metrics have other names; the experiment says so itself.
    hash: combinedHash(loaded.map(({ hash }) => hash)),
    origins: loaded.flatMap(({ origins }) => origins),
  };
}

/** Where the problems of a run come from, as its manifest has it; nothing of an experiment with one dataset. */
export function taskPlaces({ tasks }: Pick<Problems, 'tasks'>): TaskPlace[] {
  return tasks.flatMap(({ name, first }) => (name === null ? [] : [{ name, first }]));
}

interface Numbering {
  readonly name: string | null;
  readonly first: number;
}

interface ReadTask extends Numbering {
  readonly parts: readonly PreparedPart[];
  readonly questions: readonly PartQuestions[];
  /** Whether its problems are alike by design. */
  readonly alike: boolean;
  readonly warnings: readonly string[];
  readonly hash: string;
  readonly origins: readonly DatasetOrigin[];
  /** Of its largest source: no problem has a higher row. */
  readonly rows: number;
}

async function readTask(config: DatasetConfig, numbering: Numbering, deps: ProblemDependencies): Promise<ReadTask> {
  const parts = await readParts(config, deps.baseDir, deps.seed);
  const write = promptWriter(config, parts.examples, deps.renderChat);
  const leaveOutShown = withoutShown(config, parts.examples);
  const limits = { ...deps, maxPromptTokens: config.filter.maxPromptTokens };
  const prepare = async (split: ProblemRecord['split'], all: readonly DatasetRow[]): Promise<PreparedPart> => {
    const asked = leaveOutShown(all, split);
    const encoded: PreparedPart['rows'][number][] = [];
    for (const [index, source] of asked.rows.entries()) {
      if (index % ROWS_AT_ONCE === 0) await turn(deps.signal);
      const prompt = write(source);
      const tokens = deps.encode(prompt.text, { addSpecialTokens: prompt.addSpecialTokens });
      encoded.push({ source, prompt, tokens });
    }
    const { kept, warnings } = withinLimits(encoded, split, limits);
    return { split, rows: kept, warnings: [...asked.warnings, ...warnings] };
  };
  const all = [
    await prepare('train', parts.train),
    await prepare('validation', parts.validation),
    await prepare('test', parts.test),
  ];
  const { name } = numbering;
  return {
    ...numbering,
    parts: all,
    questions: [examplesOf(config, parts.examples), ...all.map(questionsOf)],
    alike: config.overlap === 'expected',
    warnings: [...parts.warnings, ...all.flatMap(({ warnings }) => warnings)],
    hash: parts.hash,
    origins: name === null ? parts.origins : parts.origins.map((origin) => ({ task: name, ...origin })),
    rows: Math.max(...parts.origins.map(({ rows }) => rows)),
  };
}

/** Prompts that are encoded in a small part of a second. */
const ROWS_AT_ONCE = 256;

/** Lets everything else in this process have its turn, a signal that it should stop among it. */
async function turn(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  signal?.throwIfAborted();
}

interface PreparedPart {
  readonly split: ProblemRecord['split'];
  readonly rows: readonly { readonly source: DatasetRow; readonly prompt: Prompt; readonly tokens: Int32Array }[];
  readonly warnings: readonly string[];
}

/** They are read with every prompt. @throws UserError where one lacks a column */
export function examplesOf({ prompt }: Pick<DatasetConfig, 'prompt'>, examples: readonly DatasetRow[]): PartQuestions {
  const template = parseTemplate(prompt, 'dataset.prompt');
  return {
    part: 'few-shot',
    questions: examples.map((row) => ({ row: row.row, question: questionOf(row, template) })),
  };
}

function questionsOf({ split, rows }: PreparedPart): PartQuestions {
  return { part: split, questions: rows.map(({ source, prompt }) => ({ row: source.row, question: prompt.question })) };
}

function problemsOf({ name, first, parts }: ReadTask, wanted: ProblemRecord['split']): Problem[] {
  const rows = parts.find(({ split }) => split === wanted)?.rows ?? [];
  return rows.map(({ source, prompt, tokens }) => ({
    task: name,
    problem: first + source.row,
    fileRow: source.row,
    split: wanted,
    prompt: prompt.text,
    row: source.columns,
    tokens,
  }));
}
