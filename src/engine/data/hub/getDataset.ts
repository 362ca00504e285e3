/** Gets a dataset from the hub into the cache, because somebody asked for it. */
import { UserError } from '../../protocol/errors.ts';
import type { ProblemRecord } from '../../protocol/run.ts';
import { MAX_FILE_BYTES } from '../formats/format.ts';
import { RepoCache } from './hubCache.ts';
import { HubClient, type HubFile } from './hubClient.ts';
import { downloadBlob } from './hubDownload.ts';
import type { HubPlaces } from './hubPlaces.ts';
import { DEFAULT_REVISION, parseHubSource, type HubSource } from '../../protocol/hubSource.ts';
import { selectFiles } from './repoIndex.ts';

export interface GetProgress {
  readonly source: string;
  /** Path in the repository of the file under way. */
  readonly file: string;
  /** Bytes that are here, of all files that were not when it began. */
  readonly done: number;
  readonly total: number;
}

export interface GetOptions extends HubPlaces {
  readonly token: string | null;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: GetProgress) => void;
  /** Milliseconds before each further try; for tests. */
  readonly pausesMs?: readonly number[];
}

export interface GotDataset {
  readonly source: string;
  readonly commit: string;
  /** Paths in the repository of all the files that the source means. */
  readonly files: readonly string[];
  /** How many of them were fetched now, and their bytes; the others were here. */
  readonly fetched: number;
  readonly bytes: number;
}

/**
 * @param role the part of an experiment that the source is for
 * @throws UserError where it cannot be had
 */
export async function getDataset(text: string, role: ProblemRecord['split'], options: GetOptions): Promise<GotDataset> {
  const source = parseHubSource(text);
  if (options.offline)
    throw new UserError(`${text} is not fetched: HF_HUB_OFFLINE is set. Unset it, or copy the files here yourself.`);
  const { folder } = new RepoCache(options.cacheDir, source.repo);
  try {
    return await inTurn(folder, () => fetchMissing(source, role, options));
  } catch (error) {
    throw writeFailure(error, options.cacheDir);
  }
}

/** The last in this process to write into each repository's folder: the next begins behind it, and finds there what it fetched. */
const lastIn = new Map<string, Promise<unknown>>();

async function inTurn<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const mine = (lastIn.get(folder) ?? Promise.resolve()).then(work, work);
  lastIn.set(folder, mine);
  try {
    return await mine;
  } finally {
    if (lastIn.get(folder) === mine) lastIn.delete(folder);
  }
}

async function fetchMissing(source: HubSource, role: ProblemRecord['split'], options: GetOptions): Promise<GotDataset> {
  options.signal.throwIfAborted();
  const { text } = source;
  const client = new HubClient(source.repo, options);
  const revision = source.revision ?? DEFAULT_REVISION;
  const { commit, files, configs } = await client.open(revision);
  const index = { files: files.map((file) => file.path), configs };
  const wanted = new Set(selectFiles(index, source, role));
  checkSize(
    text,
    files.filter((file) => wanted.has(file.path)),
  );
  const cache = new RepoCache(options.cacheDir, source.repo);
  const missing: HubFile[] = [];
  for (const file of files) if (wanted.has(file.path) && !(await cache.has(commit, file.path))) missing.push(file);

  const total = missing.reduce((sum, file) => sum + file.bytes, 0);
  let before = 0;
  for (const file of missing) {
    const onBytes = (bytes: number): void =>
      options.onProgress({ source: text, file: file.path, done: before + bytes, total });
    if (!(await cache.hasBlob(file.checksum)))
      await downloadBlob(client, file, commit, cache.blob(file.checksum), { ...options, onBytes });
    await cache.place(file.checksum, commit, file.path);
    before += file.bytes;
  }
  // Last, so that a branch never names what is only half here.
  await cache.writeIndex(commit, index);
  await cache.writeRef(revision, commit);
  return { source: text, commit, files: [...wanted], fetched: missing.length, bytes: total };
}

/** What could not be read is not fetched either. */
function checkSize(text: string, files: readonly HubFile[]): void {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes <= MAX_FILE_BYTES) return;
  throw new UserError(
    `${text} has ${bytes} bytes in ${files.length === 1 ? 'one file' : `${files.length} files`}, more than the ${MAX_FILE_BYTES} that a dataset may have. Name fewer files: hf:owner/name/data/train-00000-*.`,
  );
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

/** What a failed write to the cache means to a person; other errors come back as they are. */
function writeFailure(error: unknown, cacheDir: string): unknown {
  if (!(error instanceof Error && 'code' in error && NOT_WRITTEN.has(error.code))) return error;
  return new UserError(
    `The cache ${cacheDir} cannot be written (${error.message}). Make room or mend its permissions, or name another folder with HF_HUB_CACHE.`,
  );
}
