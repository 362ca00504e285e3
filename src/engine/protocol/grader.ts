/**
 * What the engine and a grader process say to each other. The grader runs user code, so frames are JSON lines over pipes
 * (never structured clone), and everything it says is parsed from `unknown` with size limits.
 */
import { z } from 'zod';

/** Engine to grader, once, before anything else. */
export interface GraderSetup {
  readonly kind: 'setup';
  readonly rewards: readonly {
    readonly name: string;
    /** Absolute path of the bundled module; null for a built-in. */
    readonly module: string | null;
    readonly function: string;
    readonly per: 'completion' | 'group';
    readonly options: Readonly<Record<string, unknown>>;
    /** How long one completion may take; the one call for a group has that of all its completions. */
    readonly timeoutMs: number;
  }[];
}

/**
 * Engine to grader: score one group, or with `per: completion` any number of completions, with one function. `items` are the
 * arguments by name: completion, prompt, columns of the row.
 */
export interface GraderJob {
  readonly kind: 'score';
  readonly id: number;
  readonly reward: string;
  readonly items: readonly Readonly<Record<string, unknown>>[];
}

const values = z.record(z.string(), z.unknown());

/** The grader's own check of what it is told. */
export const graderRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('setup'),
    rewards: z.array(
      z.strictObject({
        name: z.string(),
        module: z.string().nullable(),
        function: z.string(),
        per: z.enum(['completion', 'group']),
        options: values,
        timeoutMs: z.number().positive(),
      }),
    ),
  }),
  z.strictObject({ kind: z.literal('score'), id: z.int(), reward: z.string(), items: z.array(values) }),
]);

export const graderReplySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('loadError'), reward: z.string().max(256), message: z.string().max(16_384) }),
  /** An item is about to be scored: should the process hang or die now, this is one it may be the fault of. */
  z.strictObject({ kind: z.literal('started'), id: z.int(), item: z.int().nullable() }),
  /** The value of one item (`per: completion`), or of all of them (`item: null`). */
  z.strictObject({
    kind: z.literal('result'),
    id: z.int(),
    item: z.int().nullable(),
    value: z.unknown(),
  }),
  z.strictObject({
    kind: z.literal('threw'),
    id: z.int(),
    item: z.int().nullable(),
    timeout: z.boolean(),
    message: z.string().max(16_384),
  }),
]);

/** Grader to engine. */
export type GraderReply = z.output<typeof graderReplySchema>;
