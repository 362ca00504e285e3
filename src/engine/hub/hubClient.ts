/** One repository of the hub: what it holds at a commit, and the contents of its files. */
import { datasetInfo, downloadFile, listFiles, modelInfo } from '@huggingface/hub';
import { z } from 'zod';
import { NoAccessError, UserError } from '../protocol/errors.ts';
import type { ListedFile } from './hubDownload.ts';
import { HubBroken, HubRequests, type HubAccess } from './hubRequests.ts';
import { pageOf, type RepoId } from './repoId.ts';

/** A file of a repository; its name in the cache is its checksum: git's for small files, sha256 of the contents for large ones. */
export interface HubFile extends ListedFile {
  readonly checksumKind: 'sha256' | 'git';
}

export interface HubRepo {
  readonly commit: string;
  /** Sorted by path. */
  readonly files: readonly HubFile[];
  /** The head of the repository's README, as its author wrote it. */
  readonly card: unknown;
  /** Whether its files are only for those whom its owner has let in. */
  readonly isGated: boolean;
}

/** What a stream of the library's gives. */
interface Piece {
  readonly done: boolean;
  readonly value?: unknown;
}

const fileSchema = z.object({
  type: z.literal('file'),
  path: z.string(),
  size: z.int().nonnegative(),
  oid: z.string().regex(/^[0-9a-f]{40}$/),
  lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().nonnegative() }).optional(),
});

const infoSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  cardData: z.unknown(),
  gated: z.union([z.boolean(), z.string()]).default(false),
});

export class HubClient {
  readonly #repo: RepoId;
  readonly #requests: HubRequests;

  /** @throws UserError where the token cannot be used with this hub */
  constructor(repo: RepoId, access: HubAccess) {
    this.#repo = repo;
    this.#requests = new HubRequests(access, (response) => refusal(response, repo, access));
  }

  /** What the repository holds. Rejects with UserError where it cannot be had. */
  async open(revision: string): Promise<HubRepo> {
    const { options } = this.#requests;
    const { kind, name } = this.#repo;
    return this.#requests.explained(async () => {
      const additionalFields: ('sha' | 'cardData')[] = ['sha', 'cardData'];
      const question = { ...options, name, revision, additionalFields };
      const info = infoSchema.parse(await (kind === 'dataset' ? datasetInfo(question) : modelInfo(question)));
      const files: HubFile[] = [];
      const listed = listFiles({ ...options, ...this.#of(info.sha), recursive: true });
      for await (const entry of listed) if (entry.type === 'file') files.push(hubFile(entry, this.#repo));
      const sorted = files.sort((a, b) => (a.path < b.path ? -1 : 1));
      return { commit: info.sha, files: sorted, card: info.cardData, isGated: info.gated !== false };
    });
  }

  /**
   * The contents of a file from a byte on, and before another. Rejects with UserError where it cannot be had, HubBroken where the
   * connection broke off; so does the stream.
   */
  async *contents(file: HubFile, commit: string, from: number, before = file.bytes): AsyncGenerator<Uint8Array> {
    const blob = await this.#requests.explained(() =>
      // Without Xet, whose pieces are asked for by ranges of their own: one that broke off could not be gone on with.
      downloadFile({ ...this.#requests.options, ...this.#of(commit), path: file.path, xet: false }),
    );
    if (blob?.size !== file.bytes)
      throw new UserError(`${file.path} of ${this.#repo.name} is not what the hub lists. Try again.`);
    const reader = blob.slice(from, before).stream().getReader();
    try {
      for (;;) {
        const piece = await this.#requests.explained<Piece>(() => reader.read());
        if (piece.done) return;
        if (piece.value instanceof Uint8Array) yield piece.value;
      }
    } finally {
      reader.cancel().catch(() => {});
    }
  }

  /** So many bytes of a file from one on. Rejects as `contents`, and where it has not so many. */
  async part(file: HubFile, commit: string, from: number, bytes: number): Promise<Uint8Array> {
    const part = new Uint8Array(bytes);
    let filled = 0;
    for await (const piece of this.contents(file, commit, from, from + bytes)) {
      // A mirror that knows no ranges sends the rest as well.
      part.set(piece.subarray(0, bytes - filled), filled);
      filled = Math.min(bytes, filled + piece.byteLength);
      if (filled === bytes) break;
    }
    if (filled < bytes) throw new HubBroken(`The connection broke off in the middle of ${file.path}. Try again.`);
    return part;
  }

  #of(revision: string): {
    readonly repo: { readonly type: RepoId['kind']; readonly name: string };
    readonly revision: string;
  } {
    return { repo: { type: this.#repo.kind, name: this.#repo.name }, revision };
  }
}

const TOKEN_PLACES = 'HF_TOKEN in a terminal, "Store Hugging Face Token…" in the menu of the RLVR view in the editor';

/** What an answer that is none means for a repository; null where it says nothing of that. */
function refusal({ status, headers }: Response, repo: RepoId, { endpoint, token }: HubAccess): UserError | null {
  const { kind, name } = repo;
  const code = headers.get('x-error-code');
  if (code === 'RevisionNotFound') return new UserError(`${name} has no such revision on ${endpoint}.`);
  if (status === 401 || status === 403) {
    const page = pageOf(repo, endpoint);
    if (code === 'GatedRepo')
      return new NoAccessError(
        `${name} is gated: accept its terms on ${page}, signed in; once you are let in, ` +
          (token === null
            ? `give a token of yours: ${TOKEN_PLACES}.`
            : 'get it again. A fine-grained token must allow gated repositories.'),
        { name, page, isGated: true },
      );
    return new NoAccessError(
      token === null
        ? `${name} is private, asks for consent, or does not exist on ${endpoint}. With access to it, give a token: ${TOKEN_PLACES}.`
        : `${name} is not open to your token on ${endpoint}. Where it asks for consent, give it on the ${kind}'s page; a fine-grained token must include this repository.`,
      { name, page, isGated: false },
    );
  }
  if (status === 404) return new UserError(`${endpoint} has no ${kind} ${name}, or not this file of it.`);
  if (status === 429 || status >= 500) return null;
  return new UserError(`${endpoint} refused a request for ${name} (${status}).`);
}

function hubFile(entry: unknown, repo: RepoId): HubFile {
  const { path, size, oid, lfs } = fileSchema.parse(entry);
  checkPath(path, repo);
  return lfs === undefined
    ? { path, bytes: size, checksum: oid, checksumKind: 'git' }
    : { path, bytes: lfs.size, checksum: lfs.oid, checksumKind: 'sha256' };
}

/** A path decides where a file is written: one that leads elsewhere, on any system, is refused. */
function checkPath(path: string, { kind }: RepoId): void {
  const parts = path.split('/');
  if (parts.every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\:\0]/.test(part))) return;
  throw new UserError(`The ${kind} has a file "${path}", whose name leads out of its folder. It is not fetched.`);
}
