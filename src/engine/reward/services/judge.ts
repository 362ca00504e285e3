/** Asks a model behind an OpenAI-compatible API (chat completions), with the key that reward code never sees. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { UserError } from '../../protocol/errors.ts';
import type { JudgeQuestion } from '../../protocol/services.ts';
import { Gate } from './gate.ts';
import { judgeKey } from './judgeKey.ts';

/** Requests at a time, of all scorers of the engine: a service counts them by key. */
const requests = new Gate(8);

const MAX_TRIES = 6;

/** Milliseconds. A long reply of a large model takes its time. */
const REQUEST_TIMEOUT_MS = 120_000;
const MAX_WAIT_MS = 60_000;

const MAX_REPLY_BYTES = 1024 * 1024;
const QUOTED_CHARS = 300;

export interface JudgeOptions {
  /** Addresses that questions may go to: those that the experiment names. */
  readonly endpoints: readonly string[];
  /** Milliseconds before the second try; doubled for each one more. */
  readonly firstWaitMs?: number;
}

/** The text of the reply. Rejects with `UserError` where there is none, and when `signal` aborts. */
export async function askJudge(question: JudgeQuestion, options: JudgeOptions, signal: AbortSignal): Promise<string> {
  const { endpoints, firstWaitMs = 1_000 } = options;
  const key = judgeKey();
  const address = requireEndpoint(question.baseUrl, endpoints, key);
  return requests.pass(async () => {
    for (let tries = 1; ; tries++) {
      const outcome = await request(address, question, key, signal);
      if ('reply' in outcome) return outcome.reply;
      if (!outcome.again || tries === MAX_TRIES) throw new UserError(withoutKey(outcome.problem, key));
      const wait = outcome.waitMs ?? firstWaitMs * 2 ** (tries - 1);
      await sleep(Math.min(wait, MAX_WAIT_MS), undefined, { signal });
    }
  }, signal);
}

/** The address of the chat completions. */
function requireEndpoint(baseUrl: string, endpoints: readonly string[], key: string | null): string {
  const base = normalised(baseUrl);
  if (!endpoints.map(normalised).includes(base))
    throw new UserError(
      `The experiment does not name the judge ${baseUrl}. Write "options": { "baseUrl": ${JSON.stringify(baseUrl)} } at the reward.`,
    );
  const { protocol, hostname } = new URL(base);
  if (key !== null && protocol !== 'https:' && !LOOPBACK.test(hostname))
    throw new UserError(`The key of the judge is not sent over ${baseUrl}, which is not encrypted; use https.`);
  return `${base}/chat/completions`;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

function normalised(url: string): string {
  return URL.canParse(url) ? new URL(url).href.replace(/\/+$/, '') : url;
}

type Outcome =
  { readonly reply: string } | { readonly problem: string; readonly again: boolean; readonly waitMs: number | null };

const replySchema = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullable() }) })).min(1),
});

async function request(
  address: string,
  { model, prompt, maxTokens, temperature }: JudgeQuestion,
  key: string | null,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({
        model,
        messages: [{ role: 'user', content: prompt }],
        max_tokens: maxTokens,
        temperature,
      }),
      // To another address neither the key nor the completion goes.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
    });
    const text = await readText(response);
    if (response.ok) return parseReply(text);
    return refusalOf(response, text);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UserError) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { problem: `The judge cannot be reached: ${textOf(cause)}.`, again: true, waitMs: null };
  }
}

function refusalOf({ status, headers }: Response, text: string): Outcome {
  const problem = `The judge answered with status ${status}: ${text.slice(0, QUOTED_CHARS)}`;
  if (status === 401 || status === 403) {
    const advice =
      'Store its key anew: "Store Key of Judge…" in the menu of the runs, in a terminal the variable RLVR_JUDGE_KEY.';
    return { problem: `${problem}\n${advice}`, again: false, waitMs: null };
  }
  const seconds = Number(headers.get('retry-after') ?? NaN);
  const waitMs = Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
  return { problem, again: status === 408 || status === 429 || status >= 500, waitMs };
}

function parseReply(text: string): Outcome {
  const parsed = replySchema.safeParse(parseJson(text));
  const content = parsed.data?.choices[0]?.message.content ?? null;
  if (content !== null) return { reply: content };
  return {
    problem: `The judge's answer has no reply in it: ${text.slice(0, QUOTED_CHARS)}`,
    again: false,
    waitMs: null,
  };
}

async function readText({ body }: Response): Promise<string> {
  if (body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const part of body) {
    const chunk: unknown = part;
    if (!(chunk instanceof Uint8Array)) continue;
    bytes += chunk.byteLength;
    if (bytes > MAX_REPLY_BYTES) throw new UserError(`The judge's answer is longer than ${MAX_REPLY_BYTES} bytes.`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

/** A service may quote what it was sent. */
function withoutKey(text: string, key: string | null): string {
  return key === null || key === '' ? text : text.replaceAll(key, '(the key)');
}
