/** The first prompts of an experiment as its model would read them, and how long all of them are. */
import { z } from 'zod';
import type { ProblemRecord } from './run.ts';

export type PartName = ProblemRecord['split'];
export const partNames = ['train', 'validation', 'test'] as const satisfies readonly PartName[];

/** Lengths of a part's prompts, in tokens. */
export interface PartLengths {
  readonly part: PartName;
  /** In the part, those included that are too long. */
  readonly problems: number;
  /** How many were measured, evenly over the part; fewer than `problems` where there are very many. */
  readonly measured: number;
  readonly shortest: number;
  readonly median: number;
  /** Nine tenths, and 99 of 100, are at most this long. */
  readonly ninety: number;
  readonly ninetyNine: number;
  readonly longest: number;
  /** Of those measured: left out by `dataset.filter.maxPromptTokens`. */
  readonly leftOut: number;
  /** Of the rest: longer than what a whole completion leaves of the context, so that the run would refuse to start. */
  readonly tooLong: number;
}

/** Where the worked examples come from. */
export interface PreviewedExamples {
  readonly from: 'none' | 'drawn' | 'set' | 'file' | 'rows';
  readonly count: number;
  /** A sentence. */
  readonly words: string;
}

export interface PromptPreview {
  /** The experiment file's name. */
  readonly experiment: string;
  /** Whose prompts they are; null where the experiment has one dataset. */
  readonly task: string | null;
  readonly contextLength: number;
  /** Tokens that a completion may have; 0 where nothing is sampled. */
  readonly maxCompletionLength: number;
  readonly examples: PreviewedExamples;
  readonly parts: readonly PartLengths[];
  readonly warnings: readonly string[];
}

export interface PreviewedPrompt {
  /** As that of a `PromptPreview`. */
  readonly task: string | null;
  readonly part: PartName;
  /** Place in the part, from 0. */
  readonly index: number;
  /** Where the row is, in words. */
  readonly row: string;
  /** As the model reads it, special tokens and all. */
  readonly text: string;
  readonly tokens: number;
  /** Where special tokens are in the text: offset and length in UTF-16 units. */
  readonly special: readonly (readonly [offset: number, length: number])[];
}

/** What an editor asks for: one prompt of an experiment as its text stands, saved or not. */
export const previewRequestSchema = z.strictObject({
  kind: z.literal('preview'),
  /** Of the experiment file, absolute; what it names is relative to its folder. */
  path: z.string(),
  text: z.string(),
  /** The first where the experiment has no such task. */
  task: z.string().nullable(),
  part: z.enum(partNames),
  index: z.int().nonnegative(),
  /** Data and lengths of the question before will do where the experiment is the same: only another problem is wanted. */
  again: z.boolean(),
});
export type PreviewRequest = z.output<typeof previewRequestSchema>;

/** The answer: a document, and what is needed to go on from it. */
export const previewReplySchema = z.object({
  kind: z.literal('preview'),
  text: z.string(),
  /** As in `PreviewedPrompt`, in this text. */
  special: z.array(z.tuple([z.int().nonnegative(), z.int().nonnegative()])),
  /** null where the experiment has one dataset. */
  task: z.string().nullable(),
  /** Names of all of them; empty where it has one dataset. */
  tasks: z.array(z.string()),
  part: z.enum(partNames),
  index: z.int().nonnegative(),
  /** Parts of the task that have problems, with how many. */
  parts: z.array(z.object({ part: z.enum(partNames), problems: z.int().nonnegative() })),
  /** The worked examples as JSON lines; empty where there are none. */
  examples: z.string(),
});
export type PreviewReply = z.output<typeof previewReplySchema>;
