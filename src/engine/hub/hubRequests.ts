/** Requests to the hub by its library: under one signal, with one token, and their failures as what a person can do about them. */
import { z } from 'zod';
import { isLocal } from '../protocol/apiAddress.ts';
import { UserError } from '../protocol/errors.ts';
import { schemaWords } from '../protocol/schemaWords.ts';

/** Where and as whom. */
export interface HubAccess {
  readonly endpoint: string;
  /** Kept in memory only; in no message, and sent to nobody but the endpoint. */
  readonly token: string | null;
  readonly signal: AbortSignal;
}

/** The connection broke off or the hub was busy: asking again may do. */
export class HubBroken extends UserError {
  /** Milliseconds that the hub asks for before it is asked again; null where it says nothing of that. */
  readonly waitMs: number | null;

  constructor(message: string, waitMs: number | null = null) {
    super(message);
    this.waitMs = waitMs;
  }
}

/** What every call of the library is given. */
export interface LibraryOptions {
  readonly hubUrl: string;
  readonly accessToken?: string;
  readonly fetch: typeof fetch;
}

export class HubRequests {
  readonly #access: HubAccess;
  readonly #refusal: (response: Response) => UserError | null;
  /** Of the request that failed last: the library passes on its words only. */
  #failure: UserError | null = null;

  /**
   * @param refusal what an answer that is none means for what is asked for; null leaves it to what any answer means
   * @throws UserError where the token cannot be used with this hub
   */
  constructor(access: HubAccess, refusal: (response: Response) => UserError | null) {
    if (access.token !== null) checkToken(access.token, access.endpoint);
    this.#access = access;
    this.#refusal = refusal;
  }

  get options(): LibraryOptions {
    const { endpoint, token } = this.#access;
    return { hubUrl: endpoint, fetch: this.#fetch, ...(token === null ? {} : { accessToken: token }) };
  }

  /** Rejects with UserError where it cannot be had, HubBroken where the connection broke off, and as the signal does. */
  async explained<T>(ask: () => Promise<T>): Promise<T> {
    this.#failure = null;
    try {
      return await ask();
    } catch (error) {
      this.#access.signal.throwIfAborted();
      const refused = this.#lastFailure();
      if (refused !== null) throw refused;
      if (error instanceof UserError) throw error;
      if (error instanceof z.ZodError) throw noHub(this.#access.endpoint, schemaWords(error));
      if (!isOfConnection(error)) throw noHub(this.#access.endpoint, String(error));
      throw connectionBroken(`The hub at ${this.#access.endpoint}`, error);
    }
  }

  readonly #fetch: typeof fetch = async (input, init) => {
    const from = firstByte(new Headers(init?.headers).get('range'));
    const response = await fetch(input, { ...init, signal: this.#access.signal });
    if (response.status === 200 && from > 0) return behind(response, from);
    if (response.ok) return response;
    this.#failure = this.#refusal(response) ?? anyRefusal(this.#access.endpoint, response);
    await response.body?.cancel();
    throw this.#failure;
  };

  #lastFailure(): UserError | null {
    return this.#failure;
  }
}

/** Whether it is of `fetch`, which names the cause beneath, and not of what the library made of an answer. */
function isOfConnection(error: unknown): boolean {
  return error instanceof Error && error.cause !== undefined;
}

/** What answers there is no hub, or a network that wants something first. */
function noHub(endpoint: string, answer: string): UserError {
  return new UserError(
    `${endpoint} answered something else than a hub does (${answer}). Does this network ask you to sign in first, or is HF_ENDPOINT not the address of a hub?`,
  );
}

/** What an answer that is none means, whatever was asked for. */
export function anyRefusal(who: string, { status, headers }: Response): UserError {
  const waitMs = askedWait(headers);
  const seconds = Math.ceil((waitMs ?? 0) / 1000);
  const when = seconds === 0 ? 'later' : seconds === 1 ? 'in a second' : `in ${seconds} seconds`;
  if (status === 429) return new HubBroken(`${who} has had too many requests from here. Try again ${when}.`, waitMs);
  if (status >= 500)
    return new HubBroken(`${who} is out of order at the moment (${status}). Try again ${when}.`, waitMs);
  return new UserError(`${who} refused a request (${status}).`);
}

/** What it means that there was no answer, or not the whole of it. */
export function connectionBroken(who: string, error: unknown): HubBroken {
  return new HubBroken(
    `${who} cannot be reached, or the connection broke off (${causeOf(error)}). What has arrived is kept: try again.`,
  );
}

/** `Retry-After` in seconds (RFC 9110, 10.2.3); a date, which depends on both clocks, is not read. */
function askedWait(headers: Headers): number | null {
  const text = headers.get('retry-after') ?? '';
  return /^\d{1,9}$/.test(text) ? 1000 * Number(text) : null;
}

function firstByte(range: string | null): number {
  return Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
}

/** What was asked for of an answer that has the whole, as some mirrors send it: without its first bytes. */
export function behind(whole: Response, bytes: number): Response {
  let left = bytes;
  const rest = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      const known = Math.min(left, piece.byteLength);
      left -= known;
      if (known < piece.byteLength) controller.enqueue(piece.subarray(known));
    },
  });
  return new Response(whole.body?.pipeThrough(rest) ?? null, { status: 206 });
}

function checkToken(token: string, endpoint: string): void {
  if (new URL(endpoint).protocol !== 'https:' && !isLocal(endpoint))
    throw new UserError(
      `HF_ENDPOINT is not https, and everyone on the way could read your token. Use an https address, or unset the token.`,
    );
  // The library's own words would be about one that is given in code.
  if (!/^hf_[\w.-]+$/.test(token))
    throw new UserError(
      'Your Hugging Face token does not look like one (hf_…): copy it anew, or unset HF_TOKEN and remove the stored one; what is open to all needs none.',
    );
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
