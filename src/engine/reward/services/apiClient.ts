/** One request to an OpenAI-compatible API: its key, its limits, and which refusals are worth another try. */
import { setTimeout as sleep } from 'node:timers/promises';
import { keyProblem } from '../../protocol/apiAddress.ts';
import { UserError } from '../../protocol/errors.ts';
import type { Gate } from './gate.ts';
import { AnswerTooLong, exchange, type HttpAnswer } from './httpExchange.ts';

const MAX_TRIES = 6;

const MAX_WAIT_MS = 60_000;
const QUOTED_CHARS = 300;

/** What one answer may take. */
export interface AnswerLimits {
  /** Milliseconds from the sending of the request, the time that it waits in the service's own queue among them. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** Of a short answer of a large model. */
export const SHORT_ANSWER: AnswerLimits = { timeoutMs: 120_000, maxBytes: 1024 * 1024 };

/** Who asks, and whom. */
export interface ApiService {
  /** The service as the subject of a sentence: `The judge`. */
  readonly name: string;
  /** null where none is needed or known. */
  readonly key: string | null;
  /** Where another key is given. */
  readonly keyAdvice: string;
  /** Requests at a time, of all who ask the service: it counts them by key. */
  readonly requests: Gate;
  readonly limits: AnswerLimits;
  /** What helps where the limit of time is too short. */
  readonly slowAdvice: string;
  /** How often a request is tried where another try may help; 6 times unless given. */
  readonly maxTries?: number;
  /** Milliseconds before the second try; doubled for each one more. */
  readonly firstWaitMs?: number | undefined;
}

/** The service answered, and refused. */
export class ApiRefusal extends UserError {
  override readonly name = 'ApiRefusal';
  readonly status: number;
  /** What the service said, without our advice. */
  readonly said: string;

  constructor(status: number, said: string, advice: string | null) {
    super(advice === null ? said : `${said}\n${advice}`);
    this.status = status;
    this.said = said;
  }
}

type Outcome =
  { readonly text: string } | { readonly error: UserError; readonly again: boolean; readonly waitMs: number | null };

/**
 * Posts a body, or gets where it is null; waits and tries again where that may help.
 * @param makeBody called when the request has its turn, by when others may have found out what the service takes
 * @param read what is wanted of the answer's JSON; null where it is not in it
 * @throws UserError where there is no answer; ApiRefusal where it is a refusal; the signal's reason
 */
export async function callApi<Reply>(
  service: ApiService,
  address: string,
  makeBody: () => unknown,
  read: (json: unknown) => Reply | null,
  signal: AbortSignal,
): Promise<Reply> {
  const { requests, maxTries = MAX_TRIES, firstWaitMs = 1_000 } = service;
  return requests.pass(async () => {
    const body = makeBody();
    for (let tries = 1; ; tries++) {
      const outcome = await request(service, address, body, signal);
      if ('text' in outcome) {
        const reply = read(parseJson(outcome.text));
        if (reply !== null) return reply;
        throw new UserError(`${service.name}'s answer has no reply in it: ${quoted(outcome.text, service)}`);
      }
      if (!outcome.again || tries >= maxTries) throw outcome.error;
      const wait = outcome.waitMs ?? firstWaitMs * 2 ** (tries - 1);
      await sleep(Math.min(wait, MAX_WAIT_MS), undefined, { signal });
    }
  }, signal);
}

/**
 * @param key null where none is sent
 * @param whose `the judge`
 * @throws UserError where a key cannot be sent, or would go over a network in the clear
 */
export function requireUsableKey(url: string, key: string | null, whose: string, keyAdvice: string): void {
  const problem = key === null ? null : keyProblem(url, key, whose);
  if (problem !== null) throw new UserError(`${problem} ${keyAdvice}`);
}

async function request(service: ApiService, address: string, body: unknown, signal: AbortSignal): Promise<Outcome> {
  const { name, key, limits } = service;
  const late = AbortSignal.timeout(limits.timeoutMs);
  const headers = {
    ...(body === null ? {} : { 'content-type': 'application/json' }),
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
  };
  try {
    const text = body === null ? null : JSON.stringify(body);
    const answer = await exchange(address, text, headers, limits.maxBytes, AbortSignal.any([signal, late]));
    return answer.status >= 200 && answer.status < 300 ? { text: answer.text } : refusalOf(service, answer);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AnswerTooLong)
      throw new UserError(`${name}'s answer is longer than ${limits.maxBytes} bytes.`);
    const problem = late.aborted
      ? `${name} took longer than ${limits.timeoutMs / 1000} s. ${service.slowAdvice}`
      : withoutKey(`${name} cannot be reached: ${textOf(error)}.`, service);
    return { error: new UserError(problem), again: true, waitMs: null };
  }
}

function refusalOf(service: ApiService, { status, headers, text }: HttpAnswer): Outcome {
  const said = `${service.name} answered with status ${status}: ${quoted(text, service)}`;
  const isOfKey = status === 401 || status === 403;
  const seconds = Number(headers['retry-after'] ?? NaN);
  return {
    error: new ApiRefusal(status, said, isOfKey ? service.keyAdvice : null),
    again: status === 408 || status === 429 || status >= 500,
    waitMs: Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function textOf(error: unknown): string {
  // A name with several addresses, none of which answers.
  if (error instanceof AggregateError) return error.errors.map(textOf).join('; ');
  return error instanceof Error ? error.message || error.name : String(error);
}

/** The beginning of an answer. The key is taken out first: cut off in its middle it would not be found. */
function quoted(text: string, service: ApiService): string {
  return withoutKey(text, service).slice(0, QUOTED_CHARS);
}

/** A service may quote what it was sent. */
function withoutKey(text: string, { key }: ApiService): string {
  return key === null || key === '' ? text : text.replaceAll(key, '(the key)');
}
