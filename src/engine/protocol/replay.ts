/** A training step computed again from its run: what came out as it was recorded, and what each token was to the update. */
import { z } from 'zod';
import type { CompletionKey } from './completion.ts';
import type { FrameArray } from './frames.ts';

const count = z.int().nonnegative();

export const replayRequestSchema = z.strictObject({
  kind: z.literal('replay'),
  /** Absolute. */
  runDir: z.string(),
  step: z.int(),
});
export type ReplayRequest = z.output<typeof replayRequestSchema>;

/** From where a step is computed again, and how much that is. */
const planSchema = z.object({
  /** The step after which the policy was saved; 0: the policy as the run began. */
  from: count,
  /** Steps between that and the one asked for, which are computed again first. */
  redone: count,
  /** What the steps took when they were trained, the one asked for among them; null where the run does not say. */
  seconds: z.number().nonnegative().nullable(),
});
export type ReplayPlan = z.output<typeof planSchema>;

/** How far a replay has come. */
export const replayProgressSchema = planSchema.extend({
  step: count,
  phase: z.enum(['load', 'rollout', 'train', 'tokens']),
  done: count,
  total: count,
});
export type ReplayProgress = z.output<typeof replayProgressSchema>;

/**
 * What is held against the record, in the order in which one follows from the other: `redone` the loss and the gradient norm of the steps before,
 * `metrics` all others that do not depend on the clock, `state` the files of the policy and its optimiser after the step.
 */
const replayChecks = ['redone', 'completions', 'advantages', 'loss', 'gradNorm', 'metrics', 'state'] as const;

const checkSchema = z.object({
  what: z.enum(replayChecks),
  /** How many values were held against each other: completions with all that was recorded of them, advantages, metrics, files. */
  values: count,
  differing: count,
  /** The first that differs, with both of its values in full. */
  first: z.object({ where: z.string(), recorded: z.string(), replayed: z.string() }).nullable(),
});
export type ReplayCheck = z.output<typeof checkSchema>;

const updateSchema = z.object({
  /** From 0. */
  pass: count,
  miniBatch: count,
  /** Completions with a loss term, of all in it; without any the optimiser took no step. */
  trained: count,
  completions: count,
  loss: z.number(),
  /** Before clipping. */
  gradNorm: z.number(),
});
export type ReplayUpdate = z.output<typeof updateSchema>;

const keySchema: z.ZodType<CompletionKey> = z.object({
  step: count,
  problem: z.int(),
  occurrence: count,
  round: count,
  sample: count,
});

const completionSchema = z.object({
  key: keySchema,
  text: z.string(),
  reward: z.number().nullable(),
  advantage: z.number(),
  /** Whether it had a loss term; without one no update saw it. */
  trained: z.boolean(),
  miniBatch: count,
  /** How many tokens. */
  length: count,
});

/** A replay without the values of its tokens. */
const summarySchema = z.object({
  runDir: z.string(),
  step: count,
  plan: planSchema,
  checks: z.array(checkSchema).readonly(),
  /** What is not as it was when the run was made, and may change bits; in words. */
  notes: z.array(z.string()).readonly(),
  updates: z.array(updateSchema).readonly(),
  /** Passes over the step's completions. */
  passes: z.int().min(1),
  completions: z.array(completionSchema).readonly(),
});
export const replaySchema = z.object({ kind: z.literal('replay'), replay: summarySchema });
export type ReplayReply = z.output<typeof replaySchema>;

/** What one pass made of a completion's tokens; NaN where it had no loss term. */
export interface ReplayPass {
  /** Under the policy before the update of this pass. */
  readonly logprobs: Float32Array;
  /** To the old policy; with GSPO that of the whole completion. */
  readonly ratios: Float32Array;
  /** A value of `CLIPS` that is not 0 where the ratio has no gradient. */
  readonly clips: Float32Array;
  /** The k3 estimate of KL to the reference, whether or not the loss has a term of it. */
  readonly kl: Float32Array;
  /** What the token added to the loss. */
  readonly losses: Float32Array;
  /** The size of that over the sum of all sizes in the optimiser step. */
  readonly shares: Float32Array;
}

/** Why a ratio is clipped, as a number: r below 1 - low, above 1 + high, or beyond the bound of a negative advantage. */
export const CLIPS = { none: 0, low: 1, high: 2, bound: 3 } as const;

/** Of the tokens of a completion, each `[tokens]`. */
export interface ReplayTokens {
  /** Where each ends in the text, in UTF-16 units. */
  readonly ends: Int32Array;
  /** Log-probability under the old policy, to which ratios are taken. */
  readonly old: Float32Array;
  /** Under the policy after the whole step. */
  readonly after: Float32Array;
  readonly passes: readonly ReplayPass[];
}

type CompletionSummary = z.output<typeof completionSchema>;

export interface ReplayedCompletion extends CompletionSummary {
  readonly tokens: ReplayTokens;
}

export interface Replay extends Omit<z.output<typeof summarySchema>, 'completions'> {
  readonly completions: readonly ReplayedCompletion[];
}

const PASS_FIELDS = ['logprobs', 'ratios', 'clips', 'kl', 'losses', 'shares'] as const;

/** Takes the values of tokens apart from the rest: all ends in one array, all values in another, completion after completion. */
export function packReplay({ completions, ...replay }: Replay): {
  readonly reply: ReplayReply;
  readonly arrays: FrameArray[];
} {
  const ends = completions.flatMap(({ tokens }) => [...tokens.ends]);
  const values = completions.flatMap(({ tokens }) => rowsOf(tokens));
  const packed = new Float32Array(values.reduce((sum, row) => sum + row.length, 0));
  let start = 0;
  for (const row of values) {
    packed.set(row, start);
    start += row.length;
  }
  return {
    reply: { kind: 'replay', replay: { ...replay, completions: completions.map(summaryOf) } },
    arrays: [Int32Array.from(ends), packed],
  };
}

function summaryOf(completion: ReplayedCompletion): CompletionSummary {
  const { key, text, reward, advantage, trained, miniBatch, length } = completion;
  return { key, text, reward, advantage, trained, miniBatch, length };
}

function rowsOf({ old, after, passes }: ReplayTokens): Float32Array[] {
  return [old, after, ...passes.flatMap((pass) => PASS_FIELDS.map((field) => pass[field]))];
}

/** Puts them together again; null where the arrays are not those of the reply. */
export function unpackReplay({ replay }: ReplayReply, [ends, values]: readonly FrameArray[]): Replay | null {
  const rows = 2 + replay.passes * PASS_FIELDS.length;
  const tokens = replay.completions.reduce((sum, { length }) => sum + length, 0);
  if (!(ends instanceof Int32Array) || !(values instanceof Float32Array)) return null;
  if (ends.length !== tokens || values.length !== tokens * rows) return null;
  let token = 0;
  const completions = replay.completions.map((completion) => {
    const { length } = completion;
    const begin = token * rows;
    const row = (index: number): Float32Array => values.subarray(begin + index * length, begin + (index + 1) * length);
    const passes = Array.from({ length: replay.passes }, (_pass, pass): ReplayPass => {
      const field = (index: number): Float32Array => row(2 + pass * PASS_FIELDS.length + index);
      return {
        logprobs: field(0),
        ratios: field(1),
        clips: field(2),
        kl: field(3),
        losses: field(4),
        shares: field(5),
      };
    });
    const own = { ends: ends.subarray(token, token + length), old: row(0), after: row(1), passes };
    token += length;
    return { ...completion, tokens: own };
  });
  return { ...replay, completions };
}
