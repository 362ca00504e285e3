/** What the data of one task is like. */
import { dirname } from 'node:path';
import { summarizeColumns } from '../data/columnSummary.ts';
import type { Environment } from '../hub/hubPlaces.ts';
import type { PartQuestions } from '../data/overlap.ts';
import { readParts } from '../data/parts.ts';
import { examplesOf } from '../data/problems.ts';
import { promptWriter } from '../data/prompts.ts';
import { questionOf } from '../data/question.ts';
import type { DatasetRow } from '../data/row.ts';
import { shapeOf } from '../data/rowShape.ts';
import { withoutShown } from '../data/shownProblems.ts';
import { parseTemplate, type Template } from '../data/template.ts';
import { renderChat } from '../model/chatTemplate.ts';
import { findModel } from '../model/findModel.ts';
import type { DatasetConfig } from '../protocol/datasetConfig.ts';
import type { DataOverview, PartOverview } from '../protocol/dataOverview.ts';
import { UserError } from '../protocol/errors.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { partNames, type PartLengths, type PartName } from '../protocol/preview.ts';
import { datasetEntryText, type Task } from '../protocol/tasks.ts';
import { partLengths } from './lengths.ts';
import type { PromptModels } from './promptModel.ts';

/** Rows shown of each part. */
const FIRST_ROWS = 3;
/** Characters to encode over all parts, less than a second. `rlvr preview --all` measures every prompt. */
const BUDGET = 200_000;

export interface DescribeOptions {
  readonly models: PromptModels;
  readonly signal: AbortSignal;
  /** Says where datasets of the hub are kept. */
  readonly env: Environment;
}

/** A task that was looked through. */
export interface DescribedTask {
  /** null where the experiment has one dataset. */
  readonly task: string | null;
  /** All but the leaks, which may be those of other tasks. */
  readonly overview: Omit<DataOverview, 'leaks'>;
  /** What the worked examples ask, and then the parts. */
  readonly questions: readonly PartQuestions[];
  /** Whether its problems are alike by design. */
  readonly alike: boolean;
}

/** As `describeData`, of one task. */
export async function describeTask(
  task: Task,
  experiment: Experiment,
  path: string,
  { models, signal, env }: DescribeOptions,
): Promise<DescribedTask> {
  const { dataset } = task;
  const parts = await readParts(dataset, dirname(path), experiment.seed, env);
  const template = parseTemplate(dataset.prompt, datasetEntryText(task.name, 'prompt'));
  const leaveOutShown = withoutShown(dataset, parts.examples);
  const warnings = [...parts.warnings];
  const looked = partNames.map((name) => {
    const part = lookThrough(name, parts[name], template);
    const asked = leaveOutShown(part.sound, name);
    warnings.push(...asked.warnings);
    return { ...part, sound: asked.rows };
  });
  const lengths = await measure(experiment, dataset, path, looked, parts.examples, models, signal);
  const everyRow = partNames.flatMap((name) => parts[name]);
  const overview = {
    task: taskFacts(task),
    sources: [...parts.origins],
    hash: parts.hash,
    shape: shapeOf(everyRow[0]?.columns ?? {}),
    columns: summarizeColumns(everyRow).map((column) => ({ ...column, kinds: [...column.kinds] })),
    parts: looked.map(({ name, all, sound, faulty }) => ({
      part: name,
      rows: all,
      first: sound.slice(0, FIRST_ROWS).map(({ row, columns }) => ({ row, columns })),
      lengths: lengths.byPart.get(name) ?? null,
      faulty,
    })),
    examples: parts.examples.length,
    warnings,
    room: lengths.room,
    noLengths: lengths.why,
  };
  const questions = looked.map((part) => questionsOf(part, template));
  const alike = dataset.overlap === 'expected';
  return { task: task.name, overview, questions: [examplesOf(dataset, parts.examples), ...questions], alike };
}

function taskFacts({ name, weight, rewards, solvedBy }: Task): DataOverview['task'] {
  return name === null ? null : { name, weight, rewards: [...rewards], solvedBy };
}

interface LookedPart {
  readonly name: PartName;
  readonly all: number;
  /** Rows that have what the template names. */
  readonly sound: readonly DatasetRow[];
  readonly faulty: PartOverview['faulty'];
}

function lookThrough(name: PartName, rows: readonly DatasetRow[], template: Template): LookedPart {
  const faults: string[] = [];
  const sound = rows.filter((row) => {
    try {
      questionOf(row, template);
      return true;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      faults.push(error.message);
      return false;
    }
  });
  const [first] = faults;
  return { name, all: rows.length, sound, faulty: first === undefined ? null : { rows: faults.length, first } };
}

function questionsOf({ name, sound }: LookedPart, template: Template): PartQuestions {
  return { part: name, questions: sound.map((row) => ({ row: row.row, question: questionOf(row, template) })) };
}

interface Lengths {
  readonly byPart: ReadonlyMap<PartName, PartLengths>;
  readonly room: number | null;
  /** Why there are none: no model, or one that cannot render these prompts. */
  readonly why: string | null;
}

async function measure(
  { model: name, rewards, rollout }: Experiment,
  dataset: DatasetConfig,
  path: string,
  parts: readonly LookedPart[],
  examples: readonly DatasetRow[],
  models: PromptModels,
  signal: AbortSignal,
): Promise<Lengths> {
  try {
    const { tokenizer, contextLength } = await models.get((await findModel(name, dirname(path))).path);
    const write = promptWriter(dataset, examples, (messages) => renderChat(tokenizer, messages));
    const room = contextLength - (rewards.length === 0 ? 0 : rollout.maxCompletionLength);
    const asked = parts.filter(({ sound }) => sound.length > 0);
    const byPart = new Map<PartName, PartLengths>();
    for (const { name: part, sound } of asked) {
      const measured = await partLengths({
        part,
        problems: sound.length,
        budget: BUDGET / asked.length,
        measure: (index) => {
          const [row] = sound.slice(index, index + 1);
          if (row === undefined) throw new RangeError(`no row ${index} of ${sound.length}`);
          const { text, addSpecialTokens } = write(row);
          return { characters: text.length, tokens: () => tokenizer.encode(text, { addSpecialTokens }).length };
        },
        maxPromptTokens: dataset.filter.maxPromptTokens,
        room,
        signal,
      });
      byPart.set(part, measured);
    }
    return { byPart, room, why: null };
  } catch (error) {
    if (error instanceof UserError) return { byPart: new Map(), room: null, why: error.message };
    throw error;
  }
}
