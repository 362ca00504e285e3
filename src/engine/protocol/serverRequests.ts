/** What an editor asks about a model behind an OpenAI-compatible API: which there are, what asking one would take, and to evaluate it. */
import { z } from 'zod';
import { MAX_KEY } from './apiAddress.ts';
import { serverForms } from './policyServer.ts';

/** The longest address and name that are taken. */
const MAX_TEXT = 1000;
const server = {
  baseUrl: z.string().min(1).max(MAX_TEXT),
  /** The person's; null where the editor has stored none. Kept until it is answered. */
  key: z.string().min(1).max(MAX_KEY).nullable(),
};
const price = z.number().nonnegative();
const evaluated = {
  ...server,
  /** As the server calls it. */
  model: z.string().min(1).max(MAX_TEXT),
  /** An experiment file or a run folder, absolute. */
  path: z.string(),
  split: z.enum(['validation', 'test']),
  /** Where the run of it goes, absolute. */
  runsDir: z.string(),
};

export const serverModelsRequestSchema = z.strictObject({ kind: z.literal('serverModels'), ...server });
export type ServerModelsRequest = z.output<typeof serverModelsRequestSchema>;

export const planServerRequestSchema = z.strictObject({ kind: z.literal('planServer'), ...evaluated });
export type PlanServerRequest = z.output<typeof planServerRequestSchema>;

/** Problems are sent to nobody but by this. */
export const evaluateServerRequestSchema = z.strictObject({
  kind: z.literal('evaluateServer'),
  ...evaluated,
  /** Of a million tokens; null where it costs nothing, or nobody knows. */
  prices: z.strictObject({ input: price, output: price }).nullable(),
});
export type EvaluateServerRequest = z.output<typeof evaluateServerRequestSchema>;

export const serverModelsReplySchema = z.object({
  kind: z.literal('serverModels'),
  /** Names; empty where the server lists none. */
  models: z.array(z.string()),
  /** What it said of the key, where it wants another; null where it let us in. */
  refused: z.string().nullable(),
});
export type ServerModelsReply = z.output<typeof serverModelsReplySchema>;

const count = z.int().nonnegative();
export const planServerReplySchema = z.object({
  kind: z.literal('planServer'),
  problems: count,
  samples: count,
  form: z.enum(serverForms),
  /** Of all requests; those of completions at most. */
  promptTokens: count,
  completionTokens: count,
  /** Answers of a call that did not finish, which are not asked for again. */
  known: count,
  /** Addresses of judges that rewards of the run may ask about the answers. */
  judges: z.array(z.string()).readonly(),
});
export type PlanServerReply = z.output<typeof planServerReplySchema>;

export const serverProgressSchema = z.object({
  phase: z.literal('evaluateServer'),
  /** Answers that came, and all that are asked for. */
  done: count,
  total: count,
});
export type ServerProgress = z.output<typeof serverProgressSchema>;

export const evaluateServerReplySchema = z.object({
  kind: z.literal('evaluateServer'),
  runDir: z.string(),
  /** Sentences: what it came to, and what it took. */
  lines: z.array(z.string()),
  warnings: z.array(z.string()),
});
export type EvaluateServerReply = z.output<typeof evaluateServerReplySchema>;
