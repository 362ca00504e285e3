/**
 * What the engine and a grader process say to each other. The grader runs user code, so frames are JSON lines over IPC
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
    readonly timeoutMs: number;
  }[];
}

/** Engine to grader: score one group with one function. `items` are the arguments by name: completion, prompt, columns of the row. */
export interface GraderJob {
  readonly kind: 'score';
  readonly id: number;
  readonly reward: string;
  readonly items: readonly Readonly<Record<string, unknown>>[];
}

export const graderReplySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('loadError'), reward: z.string().max(256), message: z.string().max(16_384) }),
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
