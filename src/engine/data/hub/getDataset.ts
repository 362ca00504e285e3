/** Gets a dataset from the hub into the cache, because somebody asked for it. */
import { UserError } from '../../protocol/errors.ts';
import type { ProblemRecord } from '../../protocol/run.ts';
import { MAX_FILE_BYTES } from '../formats/format.ts';
import { RepoCache } from './hubCache.ts';
import { HubClient, type HubFile } from './hubClient.ts';
import { downloadBlob } from './hubDownload.ts';
import type { HubPlaces } from './hubPlaces.ts';
import { DEFAULT_REVISION, parseHubSource } from '../../protocol/hubSource.ts';
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
  const client = new HubClient(source.repo, options);
  const revision = source.revision ?? DEFAULT_REVISION;
  const { commit, files, configs } = await client.open(revision);
  const index = { files: files.map((file) => file.path), configs };
  const wanted = new Set(selectFiles(index, source, role));
  const cache = new RepoCache(options.cacheDir, source.repo);
  const missing: HubFile[] = [];
  for (const file of files)
    if (wanted.has(file.path) && !(await cache.has(commit, file.path))) missing.push(withinLimit(file));

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

function withinLimit(file: HubFile): HubFile {
  if (file.bytes <= MAX_FILE_BYTES) return file;
  throw new UserError(
    `${file.path} has ${file.bytes} bytes, more than the ${MAX_FILE_BYTES} that a dataset's file may have. Name a smaller part of the dataset.`,
  );
}
