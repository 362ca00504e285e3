/** A model behind an OpenAI-compatible API, which is evaluated in place of a policy of our own. */
import { z } from 'zod';

/** What a server is asked for: to continue a text, or to answer a conversation. */
export const serverForms = ['completions', 'chat'] as const;
export type ServerForm = (typeof serverForms)[number];

/** Who answered the problems of a run that evaluates a server. */
export const policyServerSchema = z.object({
  baseUrl: z.string(),
  /** As it was asked for. */
  model: z.string(),
  form: z.enum(serverForms),
  /** What the server says of the model, such as its owner and the length of its context; null where it says nothing. */
  says: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullable(),
});
export type PolicyServer = z.output<typeof policyServerSchema>;

/** Of a million tokens, in whatever currency. */
export interface TokenPrices {
  readonly input: number;
  readonly output: number;
}
