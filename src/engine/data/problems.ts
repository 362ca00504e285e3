/** The door of this room: from an experiment's `dataset` to problems that are ready to be sampled from. */
import type { DatasetConfig } from '../protocol/experiment.ts';
import type { DatasetOrigin, ProblemRecord } from '../protocol/run.ts';
import type { DatasetRow } from './row.ts';
import { findLeaks, leakWarnings, type PartQuestions } from './overlap.ts';
import { readParts } from './parts.ts';
import { withinLimits } from './promptLength.ts';
import { questionOf } from './question.ts';
import { parseTemplate } from './template.ts';
import { promptWriter, type Prompt } from './prompts.ts';
import { withoutShown } from './shownProblems.ts';
import type { ChatRenderer } from './systemMessage.ts';

/** A problem with its prompt as tokens. */
export interface Problem extends ProblemRecord {
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
}

export interface Problems {
  readonly train: readonly Problem[];
  readonly validation: readonly Problem[];
  /** Empty where the experiment names no test file. */
  readonly test: readonly Problem[];
  /** What the user should know: rows left out, duplicates across parts. */
  readonly warnings: readonly string[];
  /** Identifies the data: sha256 of the file, or over those of several files. */
  readonly hash: string;
  /** What was read. */
  readonly origins: readonly DatasetOrigin[];
}

/**
 * Reads the files of a dataset, splits them, and writes and encodes every prompt.
 * @throws UserError naming file, row and what to do, for whatever is wrong in the data
 */
export async function loadProblems(config: DatasetConfig, deps: ProblemDependencies): Promise<Problems> {
  const parts = await readParts(config, deps.baseDir, deps.seed);
  const write = promptWriter(config, parts.examples, deps.renderChat);
  const leaveOutShown = withoutShown(config, parts.examples);
  const limits = { ...deps, maxPromptTokens: config.filter.maxPromptTokens };
  const prepare = (split: ProblemRecord['split'], all: readonly DatasetRow[]): PreparedPart => {
    const asked = leaveOutShown(all, split);
    const encoded = asked.rows.map((source) => {
      const prompt = write(source);
      return { source, prompt, tokens: deps.encode(prompt.text, { addSpecialTokens: prompt.addSpecialTokens }) };
    });
    const { kept, warnings } = withinLimits(encoded, split, limits);
    return { split, rows: kept, warnings: [...asked.warnings, ...warnings] };
  };
  const train = prepare('train', parts.train);
  const validation = prepare('validation', parts.validation);
  const test = prepare('test', parts.test);
  const all = [train, validation, test];
  return {
    train: problemsOf(train),
    validation: problemsOf(validation),
    test: problemsOf(test),
    warnings: [
      ...parts.warnings,
      ...all.flatMap(({ warnings }) => warnings),
      ...leakWarnings(findLeaks([examplesOf(config, parts.examples), ...all.map(questionsOf)])),
    ],
    hash: parts.hash,
    origins: parts.origins,
  };
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

function problemsOf({ split, rows }: PreparedPart): Problem[] {
  return rows.map(({ source, prompt, tokens }) => ({
    problem: source.row,
    split,
    prompt: prompt.text,
    row: source.columns,
    tokens,
  }));
}
