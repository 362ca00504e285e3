/** Ray's job API over HTTP: packages, submit, state, logs, stop. Its answers are parsed, and what goes wrong is said as what a person can do. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { UserError } from '../../protocol/errors.ts';
import { tokenProblem } from '../../protocol/rayJob.ts';
import { plainRequest } from './plainRequest.ts';
import { NoWebSocket, receivedFrames } from './receivedFrames.ts';
import { jobSchema, logsSchema, stoppedSchema, submittedSchema, versionSchema, type JobState } from './jobAnswers.ts';

/** Who is asked, and as whom. */
export interface JobAccess {
  /** As `jobAddress` has it. */
  readonly address: string;
  /** Kept in memory only: in no argument, file or message. */
  readonly token: string | null;
  readonly signal: AbortSignal;
  /** Milliseconds before each further try of a question that got no answer; for tests. */
  readonly pausesMs?: readonly number[];
}

export interface Submission {
  readonly submissionId: string;
  /** A command line of a shell. */
  readonly entrypoint: string;
  readonly workingDir: string;
  readonly modules: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** An answer to a question takes milliseconds; to an upload as long as the network takes for some hundred megabytes. */
const ANSWER_MS = 30_000;
const UPLOAD_MS = 30 * 60_000;
const RETRY_PAUSES_MS: readonly number[] = [500, 2000, 8000];
/** Of an answer that is no log: more is not Ray's. */
const MAX_ANSWER_BYTES = 1024 * 1024;
const MAX_LOG_BYTES = 1024 * 1024 * 1024;
/** Of an error page, what is worth repeating. */
const MAX_REASON = 300;

/** The cluster could not be asked, or was busy: asking again may do. */
export class ClusterBroken extends UserError {}

export class RayJobs {
  readonly #access: JobAccess;

  /** @throws UserError where the token cannot be sent there */
  constructor(access: JobAccess) {
    const problem = access.token === null ? null : tokenProblem(access.address, access.token);
    if (problem !== null) throw new UserError(problem);
    this.#access = access;
  }

  /** Rejects with UserError where nobody answers as a cluster does. Of Ray, such as "2.58.0". */
  async version(): Promise<string> {
    return (await this.#ask('GET', '/api/version', versionSchema)).ray_version;
  }

  /** Whether the cluster has a package already, by the name of its file. */
  async hasPackage(name: string): Promise<boolean> {
    const response = await this.#again(() => this.#request('GET', packagePath(name), {}));
    await response.body?.cancel();
    if (response.ok) return true;
    if (response.status === 404) return false;
    throw await this.#refusal(response);
  }

  async uploadPackage(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const response = await this.#again(() =>
      this.#request('PUT', packagePath(name), { body: bytes, withinMs: UPLOAD_MS }),
    );
    if (!response.ok) throw await this.#refusal(response);
    await response.body?.cancel();
  }

  /** Never asked twice: a job whose answer was lost may have begun. */
  async submit({ submissionId, entrypoint, workingDir, modules, metadata }: Submission): Promise<void> {
    const body = JSON.stringify({
      submission_id: submissionId,
      entrypoint,
      runtime_env: { working_dir: packageUri(workingDir), py_modules: modules.map(packageUri) },
      metadata,
    });
    const response = await this.#request('POST', '/api/jobs/', { body, json: true });
    await this.#parse(response, submittedSchema, MAX_ANSWER_BYTES);
  }

  /** null where the cluster does not know the job: it was restarted since, or never had it. */
  async state(submissionId: string): Promise<JobState | null> {
    const response = await this.#again(() => this.#request('GET', jobPath(submissionId), {}));
    if (response.status === 404) {
      await response.body?.cancel();
      return null;
    }
    const { status, message } = await this.#parse(response, jobSchema, MAX_ANSWER_BYTES);
    return { status, message: message ?? '' };
  }

  /** All that the job has printed. */
  async logs(submissionId: string): Promise<string> {
    return (await this.#ask('GET', `${jobPath(submissionId)}/logs`, logsSchema, MAX_LOG_BYTES)).logs;
  }

  /**
   * What the job prints, from its beginning on and as it comes, in pieces; ends when the job does, or the connection, which only `state`
   * tells apart. Rejects with ClusterBroken where there is no connection, and as the signal does.
   */
  async *tail(submissionId: string): AsyncGenerator<Buffer, void> {
    const { address, token, signal } = this.#access;
    try {
      yield* receivedFrames(`${address}${jobPath(submissionId)}/logs/tail`, authorization(token), signal);
    } catch (error) {
      signal.throwIfAborted();
      // `state` says what it means that there is no such log.
      if (error instanceof NoWebSocket && error.status === 404) return;
      throw this.#broken(error instanceof Error ? error.message : String(error));
    }
  }

  /** Whether there was something to stop. */
  async stop(submissionId: string): Promise<boolean> {
    return (await this.#ask('POST', `${jobPath(submissionId)}/stop`, stoppedSchema)).stopped;
  }

  async #ask<Answer>(
    method: 'GET' | 'POST',
    path: string,
    schema: z.ZodType<Answer>,
    limit = MAX_ANSWER_BYTES,
  ): Promise<Answer> {
    return this.#parse(await this.#again(() => this.#request(method, path, {})), schema, limit);
  }

  async #again(ask: () => Promise<Response>): Promise<Response> {
    const { signal, pausesMs = RETRY_PAUSES_MS } = this.#access;
    for (const pause of pausesMs) {
      try {
        const response = await ask();
        if (response.status < 502 && response.status !== 429) return response;
        await response.body?.cancel();
      } catch (error) {
        if (!(error instanceof ClusterBroken)) throw error;
      }
      await sleep(pause, undefined, { signal });
    }
    return ask();
  }

  async #request(
    method: string,
    path: string,
    {
      body,
      json = false,
      withinMs = ANSWER_MS,
    }: { body?: string | Uint8Array<ArrayBuffer>; json?: boolean; withinMs?: number },
  ): Promise<Response> {
    const { address, token, signal } = this.#access;
    try {
      return await plainRequest(`${address}${path}`, {
        method,
        headers: { ...authorization(token), ...(json ? { 'content-type': 'application/json' } : {}) },
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(withinMs)]),
      });
    } catch (error) {
      signal.throwIfAborted();
      throw this.#broken(error instanceof Error ? error.message : String(error));
    }
  }

  async #parse<Answer>(response: Response, schema: z.ZodType<Answer>, limit: number): Promise<Answer> {
    if (!response.ok) throw await this.#refusal(response);
    const parsed = schema.safeParse(parseJson(await this.#text(response, limit)));
    if (parsed.success) return parsed.data;
    throw new UserError(
      `${this.#access.address} answered something else than Ray's job API does. Is it the address of a cluster's dashboard, with its port (8265 unless changed)?`,
    );
  }

  async #text(response: Response, limit: number): Promise<string> {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    try {
      const body: AsyncIterable<Uint8Array> | null = response.body;
      for await (const piece of body ?? []) {
        bytes += piece.byteLength;
        if (bytes > limit) throw new UserError(`${this.#access.address} answered with more than ${limit} bytes.`);
        pieces.push(piece);
      }
    } catch (error) {
      this.#access.signal.throwIfAborted();
      if (error instanceof UserError) throw error;
      throw this.#broken(error instanceof Error ? error.message : String(error));
    }
    return Buffer.concat(pieces).toString('utf8');
  }

  async #refusal(response: Response): Promise<UserError> {
    const { address, token } = this.#access;
    if (response.status === 401 || response.status === 403) {
      await response.body?.cancel();
      return new UserError(
        token === null
          ? `The cluster at ${address} wants a token (${response.status}). In a terminal it is RAY_AUTH_TOKEN; in the editor "RLVR: Run on Cluster…" asks for it.`
          : `The cluster at ${address} refused the token (${response.status}). Give it anew: RAY_AUTH_TOKEN in a terminal, the key beside the cluster in the editor's list.`,
      );
    }
    const said = await this.#text(response, MAX_ANSWER_BYTES).catch(() => '');
    // Ray answers with a Python traceback, whose last line says what it is.
    const reason = said.trim().split('\n').at(-1)?.slice(0, MAX_REASON) ?? '';
    return new UserError(`The cluster at ${address} refused a request (${response.status}): ${reason}`);
  }

  #broken(reason: string): ClusterBroken {
    const { address } = this.#access;
    return new ClusterBroken(
      `The cluster at ${address} cannot be reached, or the connection broke off (${reason}). Is the address that of its dashboard, and can this machine reach it?`,
    );
  }
}

function authorization(token: string | null): Record<string, string> {
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

function packageUri(name: string): string {
  return `gcs://${name}`;
}

function packagePath(name: string): string {
  return `/api/packages/gcs/${encodeURIComponent(name)}`;
}

function jobPath(submissionId: string): string {
  return `/api/jobs/${encodeURIComponent(submissionId)}`;
}

/** undefined where it is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
