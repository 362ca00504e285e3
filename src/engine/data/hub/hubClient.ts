/** Talks to the hub: its failures as what a person can do about them, and its files listed. */
import { datasetInfo, downloadFile, listFiles } from '@huggingface/hub';
import { z } from 'zod';
import { UserError } from '../../protocol/errors.ts';
import { reasonOf } from '../formats/text.ts';
import type { RepoIndex } from './repoIndex.ts';

/** Where and as whom. */
export interface HubAccess {
  readonly endpoint: string;
  /** Kept in memory only; in no message, and sent to nobody but the endpoint. */
  readonly token: string | null;
  readonly signal: AbortSignal;
}

/** A file of a repository, with what tells that it arrived whole. */
export interface HubFile {
  readonly path: string;
  readonly bytes: number;
  /** Its name in the cache: sha256 of the contents for large files, git's own checksum for small ones. */
  readonly checksum: string;
  readonly checksumKind: 'sha256' | 'git';
}

export interface HubRepo {
  readonly commit: string;
  readonly files: readonly HubFile[];
  readonly configs: RepoIndex['configs'];
}

/** What a stream of the library's gives. */
interface Piece {
  readonly done: boolean;
  readonly value?: unknown;
}

/** The connection broke off or the hub was busy: asking again may do. */
export class HubBroken extends UserError {}

const fileSchema = z.object({
  type: z.literal('file'),
  path: z.string(),
  size: z.int().nonnegative(),
  oid: z.string().regex(/^[0-9a-f]{40}$/),
  lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().nonnegative() }).optional(),
});

const patterns = z.union([z.string().transform((only) => [only]), z.array(z.string())]);
const cardSchema = z.object({
  configs: z.array(
    z.object({
      config_name: z.string().default('default'),
      default: z.boolean().default(false),
      data_dir: z.string().optional(),
      data_files: z.union([patterns, z.array(z.object({ split: z.string(), path: patterns }))]).optional(),
    }),
  ),
});
const infoSchema = z.object({ sha: z.string().regex(/^[0-9a-f]{40}$/), cardData: z.unknown() });

export class HubClient {
  readonly #repo: string;
  readonly #access: HubAccess;
  /** Of the request that failed last: the library passes on its words only. */
  #failure: UserError | null = null;

  /** @throws UserError where the token cannot be used with this hub */
  constructor(repo: string, access: HubAccess) {
    if (access.token !== null) checkToken(access.token, access.endpoint);
    this.#repo = repo;
    this.#access = access;
  }

  /** What the repository holds. Rejects with UserError where it cannot be had. */
  async open(revision: string): Promise<HubRepo> {
    return this.#explained(async () => {
      const info = infoSchema.parse(
        await datasetInfo({ ...this.#options(), name: this.#repo, revision, additionalFields: ['sha', 'cardData'] }),
      );
      const files: HubFile[] = [];
      const listed = listFiles({ ...this.#options(), ...this.#of(info.sha), recursive: true });
      for await (const entry of listed) if (entry.type === 'file') files.push(hubFile(entry));
      const sorted = files.sort((a, b) => (a.path < b.path ? -1 : 1));
      return { commit: info.sha, files: sorted, configs: configsOf(info.cardData) };
    });
  }

  /**
   * The contents of a file from a byte on. Rejects with UserError where it cannot be had, HubBroken where the connection broke off;
   * so does the stream.
   */
  async *contents(file: HubFile, commit: string, from: number): AsyncGenerator<Uint8Array> {
    const blob = await this.#explained(() =>
      // Without Xet, whose pieces are asked for by ranges of their own: one that broke off could not be gone on with.
      downloadFile({ ...this.#options(), ...this.#of(commit), path: file.path, xet: false }),
    );
    if (blob?.size !== file.bytes)
      throw new UserError(`${file.path} of ${this.#repo} is not what the hub lists. Try again.`);
    const reader = blob.slice(from, file.bytes).stream().getReader();
    try {
      for (;;) {
        const piece = await this.#explained<Piece>(() => reader.read());
        if (piece.done) return;
        if (piece.value instanceof Uint8Array) yield piece.value;
      }
    } finally {
      reader.cancel().catch(() => {});
    }
  }

  #of(revision: string): {
    readonly repo: { readonly type: 'dataset'; readonly name: string };
    readonly revision: string;
  } {
    return { repo: { type: 'dataset', name: this.#repo }, revision };
  }

  #options(): { readonly hubUrl: string; readonly accessToken?: string; readonly fetch: typeof fetch } {
    const { endpoint, token } = this.#access;
    return { hubUrl: endpoint, fetch: this.#fetch, ...(token === null ? {} : { accessToken: token }) };
  }

  readonly #fetch: typeof fetch = async (input, init) => {
    const from = firstByte(new Headers(init?.headers).get('range'));
    const response = await fetch(input, { ...init, signal: this.#access.signal });
    if (response.status === 200 && from > 0) return behind(response, from);
    if (response.ok) return response;
    this.#failure = this.#refusal(response);
    await response.body?.cancel();
    throw this.#failure;
  };

  async #explained<T>(ask: () => Promise<T>): Promise<T> {
    this.#failure = null;
    try {
      return await ask();
    } catch (error) {
      this.#access.signal.throwIfAborted();
      const refused = this.#lastFailure();
      if (refused !== null) throw refused;
      if (error instanceof UserError) throw error;
      if (error instanceof z.ZodError)
        throw new UserError(
          `${this.#access.endpoint} answered something else than a hub does (${z.prettifyError(error)}). Is HF_ENDPOINT the address of one?`,
        );
      throw new HubBroken(
        `The hub at ${this.#access.endpoint} cannot be reached, or the connection broke off (${causeOf(error)}). What has arrived is kept: try again.`,
      );
    }
  }

  #lastFailure(): UserError | null {
    return this.#failure;
  }

  #refusal({ status, headers }: Response): UserError {
    const { endpoint, token } = this.#access;
    const code = headers.get('x-error-code');
    if (code === 'RevisionNotFound') return new UserError(`${this.#repo} has no such revision on ${endpoint}.`);
    if (status === 401 || status === 403)
      return new UserError(
        token === null
          ? `${this.#repo} is private, asks for consent, or does not exist on ${endpoint}. With access to it, give a token: HF_TOKEN in a terminal, "Store Hugging Face Token…" in the menu of the RLVR view in the editor.`
          : `${this.#repo} is not open to your token on ${endpoint}. Where it asks for consent, give it on the dataset's page; a fine-grained token must include this repository.`,
      );
    if (status === 404) return new UserError(`${endpoint} has no dataset ${this.#repo}, or not this file of it.`);
    if (status === 429) return new HubBroken(`${endpoint} has had too many requests from here. Try again later.`);
    if (status >= 500) return new HubBroken(`${endpoint} is out of order at the moment (${status}). Try again later.`);
    return new UserError(`${endpoint} refused a request for ${this.#repo} (${status}).`);
  }
}

function firstByte(range: string | null): number {
  return Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
}

/** What was asked for of an answer that has the whole, as some mirrors send it: without its first bytes. */
function behind(whole: Response, bytes: number): Response {
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

function hubFile(entry: unknown): HubFile {
  const { path, size, oid, lfs } = fileSchema.parse(entry);
  checkPath(path);
  return lfs === undefined
    ? { path, bytes: size, checksum: oid, checksumKind: 'git' }
    : { path, bytes: lfs.size, checksum: lfs.oid, checksumKind: 'sha256' };
}

/** A path decides where a file is written: one that leads elsewhere, on any system, is refused. */
function checkPath(path: string): void {
  const parts = path.split('/');
  if (parts.every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\:\0]/.test(part))) return;
  throw new UserError(`The dataset has a file "${path}", whose name leads out of its folder. It is not fetched.`);
}

function configsOf(card: unknown): RepoIndex['configs'] {
  return (cardSchema.safeParse(card).data?.configs ?? []).flatMap((config) => {
    const { data_files: files, data_dir: folder } = config;
    const inFolder = (pattern: string): string => (folder === undefined ? pattern : `${folder}/${pattern}`);
    if (files === undefined) return [];
    const dataFiles = files.map((entry) =>
      typeof entry === 'string'
        ? { split: 'train', patterns: [inFolder(entry)] }
        : { split: entry.split, patterns: entry.path.map(inFolder) },
    );
    return [{ name: config.config_name, isDefault: config.default, dataFiles }];
  });
}

function checkToken(token: string, endpoint: string): void {
  const { protocol, hostname } = new URL(endpoint);
  if (protocol !== 'https:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname))
    throw new UserError(
      `HF_ENDPOINT is not https, and everyone on the way could read your token. Use an https address, or unset the token.`,
    );
  // The library's own words would be about one that is given in code.
  if (!/^hf_[\w.-]+$/.test(token))
    throw new UserError(
      'Your Hugging Face token does not look like one (hf_…): copy it anew, or unset HF_TOKEN and remove the stored one; open datasets need none.',
    );
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return reasonOf(cause);
}
