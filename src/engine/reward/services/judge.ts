/** Asks a model behind an OpenAI-compatible API (chat completions), with the key that reward code never sees. */
import { z } from 'zod';
import { apiAddress } from '../../protocol/apiAddress.ts';
import { UserError } from '../../protocol/errors.ts';
import type { RewardConfig } from '../../protocol/experiment.ts';
import type { JudgeQuestion } from '../../protocol/services.ts';
import { callApi, requireUsableKey, SHORT_ANSWER } from './apiClient.ts';
import { Gate } from './gate.ts';
import { judgeKey } from './judgeKey.ts';

/** Requests at a time, of all scorers of the engine: a service counts them by key. */
const requests = new Gate(8);

const KEY_ADVICE =
  'Store its key anew: "Store Key of Judge…" in the menu of the runs, in a terminal the variable RLVR_JUDGE_KEY.';

const SLOW_ADVICE = 'Ask it for fewer tokens, or ask a quicker model.';

export interface JudgeOptions {
  /** Addresses that questions may go to: those that the experiment names. */
  readonly endpoints: readonly string[];
  /** Milliseconds before the second try; doubled for each one more. */
  readonly firstWaitMs?: number;
}

/** Addresses that questions to judges may go to: those that the options of rewards name. */
export function judgeEndpoints(rewards: readonly Pick<RewardConfig, 'options'>[]): string[] {
  const named = rewards.flatMap(({ options: { baseUrl } }) => (typeof baseUrl === 'string' ? [baseUrl] : []));
  return [...new Set(named.map(apiAddress))];
}

/** The text of the reply. Rejects with `UserError` where there is none, and when `signal` aborts. */
export async function askJudge(question: JudgeQuestion, options: JudgeOptions, signal: AbortSignal): Promise<string> {
  const { model, prompt, maxTokens, temperature, baseUrl } = question;
  const { endpoints, firstWaitMs } = options;
  const key = judgeKey();
  const body = { model, messages: [{ role: 'user', content: prompt }], max_tokens: maxTokens, temperature };
  const advice = { keyAdvice: KEY_ADVICE, slowAdvice: SLOW_ADVICE };
  const service = { name: 'The judge', key, ...advice, requests, limits: SHORT_ANSWER, firstWaitMs };
  return callApi(service, requireEndpoint(baseUrl, endpoints, key), () => body, replyText, signal);
}

/** The address of the chat completions. */
function requireEndpoint(baseUrl: string, endpoints: readonly string[], key: string | null): string {
  const base = apiAddress(baseUrl);
  if (!endpoints.map(apiAddress).includes(base))
    throw new UserError(
      `The experiment does not name the judge ${baseUrl}. Write "options": { "baseUrl": ${JSON.stringify(baseUrl)} } at the reward.`,
    );
  requireUsableKey(base, key, 'the judge', KEY_ADVICE);
  return `${base}/chat/completions`;
}

const replySchema = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullable() }) })).min(1),
});

function replyText(json: unknown): string | null {
  return replySchema.safeParse(json).data?.choices[0]?.message.content ?? null;
}
