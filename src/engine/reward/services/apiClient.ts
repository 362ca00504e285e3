/** One request to an OpenAI-compatible API: its key, its limits, and which refusals are worth another try. */
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../protocol/errors.ts';
import type { Gate } from './gate.ts';

const MAX_TRIES = 6;

/** Milliseconds. A long reply of a large model takes its time. */
const REQUEST_TIMEOUT_MS = 120_000;
const MAX_WAIT_MS = 60_000;

const MAX_REPLY_BYTES = 1024 * 1024;
const QUOTED_CHARS = 300;

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
  /** Milliseconds before the second try; doubled for each one more. */
  readonly firstWaitMs?: number | undefined;
}

/** The service answered, and refused. */
export class ApiRefusal extends UserError {
  override readonly name = 'ApiRefusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Outcome =
  { readonly text: string } | { readonly error: UserError; readonly again: boolean; readonly waitMs: number | null };

/**
 * Posts a body, or gets where it is null; waits and tries again where that may help.
 * @param read what is wanted of the answer's JSON; null where it is not in it
 * @throws UserError where there is no answer; ApiRefusal where it is a refusal; the signal's reason
 */
export async function callApi<Reply>(
  service: ApiService,
  address: string,
  body: unknown,
  read: (json: unknown) => Reply | null,
  signal: AbortSignal,
): Promise<Reply> {
  const { requests, firstWaitMs = 1_000 } = service;
  return requests.pass(async () => {
    for (let tries = 1; ; tries++) {
      const outcome = await request(service, address, body, signal);
      if ('text' in outcome) {
        const reply = read(parseJson(outcome.text));
        if (reply !== null) return reply;
        const quoted = outcome.text.slice(0, QUOTED_CHARS);
        throw new UserError(withoutKey(`${service.name}'s answer has no reply in it: ${quoted}`, service));
      }
      if (!outcome.again || tries === MAX_TRIES) throw outcome.error;
      const wait = outcome.waitMs ?? firstWaitMs * 2 ** (tries - 1);
      await sleep(Math.min(wait, MAX_WAIT_MS), undefined, { signal });
    }
  }, signal);
}

/** An address of an API as it is compared and extended: without slashes at its end. */
export function apiAddress(url: string): string {
  return URL.canParse(url) ? new URL(url).href.replace(/\/+$/, '') : url;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** @param whose `the judge` @throws UserError where a key would go over a network in the clear */
export function requireEncrypted(url: string, key: string | null, whose: string): void {
  const { protocol, hostname } = new URL(url);
  if (key !== null && protocol !== 'https:' && !LOOPBACK.test(hostname))
    throw new UserError(`The key of ${whose} is not sent over ${url}, which is not encrypted; use https.`);
}

async function request(service: ApiService, address: string, body: unknown, signal: AbortSignal): Promise<Outcome> {
  const { name, key } = service;
  try {
    const response = await fetch(address, {
      method: body === null ? 'GET' : 'POST',
      headers: {
        ...(body === null ? {} : { 'content-type': 'application/json' }),
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      },
      ...(body === null ? {} : { body: JSON.stringify(body) }),
      // To another address neither the key nor the text goes.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
    });
    const text = await readText(response, name);
    return response.ok ? { text } : refusalOf(service, response, text);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UserError) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const problem = withoutKey(`${name} cannot be reached: ${textOf(cause)}.`, service);
    return { error: new UserError(problem), again: true, waitMs: null };
  }
}

function refusalOf(service: ApiService, { status, headers }: Response, text: string): Outcome {
  const problem = `${service.name} answered with status ${status}: ${text.slice(0, QUOTED_CHARS)}`;
  const isOfKey = status === 401 || status === 403;
  const seconds = Number(headers.get('retry-after') ?? NaN);
  return {
    error: new ApiRefusal(status, withoutKey(isOfKey ? `${problem}\n${service.keyAdvice}` : problem, service)),
    again: status === 408 || status === 429 || status >= 500,
    waitMs: Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null,
  };
}

async function readText({ body }: Response, name: string): Promise<string> {
  if (body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const part of body) {
    const chunk: unknown = part;
    if (!(chunk instanceof Uint8Array)) continue;
    bytes += chunk.byteLength;
    if (bytes > MAX_REPLY_BYTES) throw new UserError(`${name}'s answer is longer than ${MAX_REPLY_BYTES} bytes.`);
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
function withoutKey(text: string, { key }: ApiService): string {
  return key === null || key === '' ? text : text.replaceAll(key, '(the key)');
}
