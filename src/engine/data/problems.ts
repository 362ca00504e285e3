/** The door of this room: from an experiment's `dataset` to problems that are ready to be sampled from. */
import type { DatasetConfig } from '../protocol/experiment.ts';
import type { ProblemRecord } from '../protocol/run.ts';
import type { DatasetRow } from './dataset.ts';
import { overlapWarnings } from './overlap.ts';
import { readParts } from './parts.ts';
import { withinLimits } from './promptLength.ts';
import { promptWriter, type ChatRenderer, type Prompt } from './prompts.ts';

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
}

/**
 * Reads the files of a dataset, splits them, and writes and encodes every prompt.
 * @throws UserError naming file, row and what to do, for whatever is wrong in the data
 */
export async function loadProblems(config: DatasetConfig, deps: ProblemDependencies): Promise<Problems> {
  const parts = await readParts(config, deps.baseDir, deps.seed);
  const write = promptWriter(config, parts.examples, deps.renderChat);
  const limits = { ...deps, maxPromptTokens: config.filter.maxPromptTokens };
  const prepare = (split: ProblemRecord['split'], rows: readonly DatasetRow[]): PreparedPart => {
    const encoded = rows.map((source) => {
      const prompt = write(source);
      return { source, prompt, tokens: deps.encode(prompt.text, { addSpecialTokens: prompt.addSpecialTokens }) };
    });
    const { kept, warnings } = withinLimits(encoded, split, limits);
    return { split, rows: kept, warnings };
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
      ...overlapWarnings(all.map(({ split, rows }) => ({ split, questions: rows.map((row) => row.prompt.question) }))),
    ],
    hash: parts.hash,
  };
}

interface PreparedPart {
  readonly split: ProblemRecord['split'];
  readonly rows: readonly { readonly source: DatasetRow; readonly prompt: Prompt; readonly tokens: Int32Array }[];
  readonly warnings: readonly string[];
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
