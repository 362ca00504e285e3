/** What is told of an experiment's data before anything is trained: `rlvr data`, and the document behind "Data" above an experiment. */
import { z } from 'zod';
import type { PartLengths } from './preview.ts';

const count = z.int().nonnegative();
const split = z.enum(['train', 'validation', 'test']);

const repeated = z.object({
  /** Row of the part in which it must not be known. */
  row: count,
  /** Row of the part that gives it away. */
  of: count,
  /** How much of it: 1 where both ask the same but for case and spacing. */
  share: z.number(),
});

const lengths: z.ZodType<PartLengths> = z.object({
  part: split,
  problems: count,
  measured: count,
  shortest: count,
  median: count,
  ninety: count,
  ninetyNine: count,
  longest: count,
  leftOut: count,
  tooLong: count,
});

const part = z.object({
  part: split,
  rows: count,
  /** The first rows, as the experiment maps them. */
  first: z.array(z.object({ row: count, columns: z.record(z.string(), z.unknown()) })),
  /** Of the prompts; null where the model's tokenizer cannot be read, or there is no problem. */
  lengths: lengths.nullable(),
  /** Rows of which no prompt can be written, with what is wrong with the first; null for none. */
  faulty: z.object({ rows: count, first: z.string() }).nullable(),
});
export type PartOverview = z.output<typeof part>;

/** Of one task. */
export const dataOverviewSchema = z.object({
  /** null where the experiment has one dataset. */
  task: z
    .object({
      name: z.string(),
      weight: z.number(),
      /** Names of the rewards that apply to it. */
      rewards: z.array(z.string()),
      solvedBy: z.string(),
    })
    .nullable(),
  sources: z.array(
    z.object({
      role: split,
      source: z.string(),
      /** The commit of a dataset of the Hugging Face hub. */
      revision: z.string().nullable(),
      sha256: z.string(),
      rows: count,
    }),
  ),
  /** As runs record it. */
  hash: z.string(),
  /** Whose shape the rows have: GSM8K's, TRL's, verl's, verifiers'; null for one of their own. */
  shape: z.string().nullable(),
  columns: z.array(z.object({ name: z.string(), kinds: z.array(z.string()), missing: count })),
  parts: z.array(part),
  /** Worked examples that stand before each question. */
  examples: count,
  leaks: z.array(
    z.object({
      part: z.enum(['train', 'validation', 'test', 'few-shot']),
      from: z.enum(['train', 'validation', 'test', 'few-shot']),
      /** The other task that `from` is a part of; left out for the task's own. */
      fromTask: z.string().exactOptional(),
      total: count,
      same: z.array(repeated),
      near: z.array(repeated),
      /** Whether the experiment expects those that are near (`dataset.overlap`). */
      alike: z.boolean(),
    }),
  ),
  warnings: z.array(z.string()),
  /** Tokens that a whole completion leaves of the context; null where the model cannot be read. */
  room: z.int().nullable(),
  /** Why no tokens were counted; null where they were. */
  noLengths: z.string().nullable(),
});
export type DataOverview = z.output<typeof dataOverviewSchema>;
