/** Files of a repository from the hub into the cache, because somebody asked for them. */
import { UserError } from '../protocol/errors.ts';
import type { HubClient, HubFile } from './hubClient.ts';
import { downloadBlob } from './hubDownload.ts';
import type { HubPlaces } from './hubPlaces.ts';
import { inTurn } from './inTurn.ts';
import { RepoCache } from './repoCache.ts';
import type { RepoId } from './repoId.ts';
import type { Patience } from './retrying.ts';

export interface GetProgress {
  /** What was asked for, as it was written. */
  readonly source: string;
  /** Path in the repository of the file under way. */
  readonly file: string;
  /** Bytes that are here, of all files that were not when it began. */
  readonly done: number;
  readonly total: number;
}

export interface GetOptions extends HubPlaces, Patience {
  readonly token: string | null;
  readonly onProgress: (progress: GetProgress) => void;
}

export interface Fetched {
  /** How many files were fetched now, and their bytes; the others were here. */
  readonly fetched: number;
  readonly bytes: number;
}

/** @throws UserError where the person wants nothing fetched */
export function requireOnline(source: string, { offline }: Pick<HubPlaces, 'offline'>): void {
  if (offline)
    throw new UserError(`${source} is not fetched: HF_HUB_OFFLINE is set. Unset it, or copy the files here yourself.`);
}

/**
 * Does what writes into a repository's folder of the cache, one after the other.
 * @throws UserError where the cache cannot be written; other errors are those of `work`
 */
export async function inCacheOf<T>(cacheDir: string, repo: RepoId, work: (cache: RepoCache) => Promise<T>): Promise<T> {
  const cache = new RepoCache(cacheDir, repo);
  try {
    return await inTurn(cache.folder, () => work(cache));
  } catch (error) {
    throw writeFailure(error, cacheDir);
  }
}

/** What is to be fetched, from where to where. */
export interface FilesToFetch {
  /** For `GetProgress`. */
  readonly source: string;
  readonly client: HubClient;
  readonly commit: string;
  readonly files: readonly HubFile[];
  readonly cache: RepoCache;
}

/** Fetches those that are not here. Rejects with UserError where one cannot be had. */
export async function fetchFiles(
  { source, client, commit, files, cache }: FilesToFetch,
  options: GetOptions,
): Promise<Fetched> {
  const missing = await missingFiles(cache, commit, files);
  const total = sizeOf(missing);
  let before = 0;
  for (const file of missing) {
    const onBytes = (bytes: number): void =>
      options.onProgress({ source, file: file.path, done: before + bytes, total });
    if (!(await cache.hasBlob(file.checksum)))
      await downloadBlob((from) => client.contents(file, commit, from), file, cache.blob(file.checksum), {
        ...options,
        onBytes,
      });
    await cache.place(file.checksum, commit, file.path);
    before += file.bytes;
  }
  return { fetched: missing.length, bytes: total };
}

export async function missingFiles(cache: RepoCache, commit: string, files: readonly HubFile[]): Promise<HubFile[]> {
  const missing: HubFile[] = [];
  for (const file of files) if (!(await cache.has(commit, file.path))) missing.push(file);
  return missing;
}

/** In bytes. */
export function sizeOf(files: readonly HubFile[]): number {
  return files.reduce((sum, file) => sum + file.bytes, 0);
}

/** What the system says where a folder cannot be written. */
const NOT_WRITTEN: ReadonlySet<unknown> = new Set([
  'EACCES',
  'EDQUOT',
  'EEXIST',
  'EISDIR',
  'ENOSPC',
  'ENOTDIR',
  'EPERM',
  'EROFS',
]);

/** Whether the system could not write: a full disk, or a folder that is not ours. */
export function isWriteFailure(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && NOT_WRITTEN.has(error.code);
}

/** What a failed write to the cache means to a person; other errors come back as they are. */
function writeFailure(error: unknown, cacheDir: string): unknown {
  if (!isWriteFailure(error)) return error;
  return new UserError(
    `The cache ${cacheDir} cannot be written (${error.message}). Make room or mend its permissions, or name another folder with HF_HUB_CACHE.`,
  );
}
