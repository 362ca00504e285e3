/** A server's answer in either form of the API. */
import { z } from 'zod';

/** One token as the server's own tokenizer has it. */
export interface ServerToken {
  /** What it adds to the text; that of a character of several tokens is the last one's. */
  readonly text: string;
  /** As the server says it, which may be of the distribution before the temperature, or after. */
  readonly logprob: number;
}

export interface ServerAnswer {
  readonly text: string;
  /** `length` where it was cut; `stop string` where the server says that it was one. */
  readonly finish: 'length' | 'stop string' | 'other';
  /** null where the server gives none. */
  readonly tokens: readonly ServerToken[] | null;
  /** What it counts, and charges for; null where it does not say. */
  readonly usage: { readonly input: number; readonly output: number } | null;
}

const count = z.int().min(0);
const ended = {
  finish_reason: z.string().nullish(),
  /** vLLM's: the stop string or token; null for the end of the sequence. */
  stop_reason: z.union([z.string(), z.number()]).nullish(),
};
/** null where a logarithm is not finite. */
const logprob = z
  .number()
  .nullable()
  .transform((value) => value ?? -Infinity);

/** Of UTF-8, of which a token may have part of a character. */
const bytes = z.array(z.int().min(0).max(255)).nullish().catch(null);

const answerSchema = z.object({
  choices: z
    .array(
      z.union([
        z.object({
          ...ended,
          message: z.object({ content: z.string().nullable() }),
          logprobs: z
            .object({ content: z.array(z.object({ token: z.string(), logprob, bytes })).nullish() })
            .nullish()
            .catch(null),
        }),
        z.object({
          ...ended,
          text: z.string(),
          logprobs: z
            .object({ tokens: z.array(z.string()), token_logprobs: z.array(logprob) })
            .nullish()
            .catch(null),
        }),
      ]),
    )
    .min(1),
  usage: z.object({ prompt_tokens: count, completion_tokens: count }).nullish().catch(null),
});

/** null where the JSON is no answer. */
export function readAnswer(json: unknown): ServerAnswer | null {
  const parsed = answerSchema.safeParse(json).data;
  const [choice] = parsed?.choices ?? [];
  if (parsed === undefined || choice === undefined) return null;
  const { usage } = parsed;
  return {
    text: 'text' in choice ? choice.text : (choice.message.content ?? ''),
    finish:
      choice.finish_reason === 'length' ? 'length' : typeof choice.stop_reason === 'string' ? 'stop string' : 'other',
    tokens: tokensOf(choice),
    usage: usage ? { input: usage.prompt_tokens, output: usage.completion_tokens } : null,
  };
}

function tokensOf(choice: z.output<typeof answerSchema>['choices'][number]): ServerToken[] | null {
  if ('message' in choice) {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const textOf = (token: string, own: readonly number[] | null | undefined): string =>
      own ? decoder.decode(Uint8Array.from(own), { stream: true }) : token;
    return (
      choice.logprobs?.content?.map((one) => ({ text: textOf(one.token, one.bytes), logprob: one.logprob })) ?? null
    );
  }
  const { tokens, token_logprobs: values } = choice.logprobs ?? { tokens: [], token_logprobs: [] };
  return tokens.length === 0 ? null : tokens.map((text, index) => ({ text, logprob: values[index] ?? NaN }));
}
