/** Gets a dataset from the hub into the cache, because somebody asked for it. */
import { fetchFiles, inCacheOf, requireOnline, sizeOf, type Fetched, type GetOptions } from '../../hub/fetchFiles.ts';
import { HubClient, type HubFile } from '../../hub/hubClient.ts';
import type { RepoCache } from '../../hub/repoCache.ts';
import { UserError } from '../../protocol/errors.ts';
import { DEFAULT_REVISION } from '../../protocol/hubRevision.ts';
import { parseHubSource, type HubSource } from '../../protocol/hubSource.ts';
import type { ProblemRecord } from '../../protocol/run.ts';
import { MAX_FILE_BYTES } from '../formats/format.ts';
import { datasetRepo } from './cachedDataset.ts';
import { configsOf } from './datasetCard.ts';
import { selectFiles } from './repoIndex.ts';

export interface GotDataset extends Fetched {
  readonly source: string;
  readonly commit: string;
  /** Paths in the repository of all the files that the source means. */
  readonly files: readonly string[];
}

/**
 * @param role the part of an experiment that the source is for
 * @throws UserError where it cannot be had
 */
export async function getDataset(text: string, role: ProblemRecord['split'], options: GetOptions): Promise<GotDataset> {
  const source = parseHubSource(text);
  requireOnline(text, options);
  return inCacheOf(options.cacheDir, datasetRepo(source), (cache) => fetchMissing(source, role, cache, options));
}

async function fetchMissing(
  source: HubSource,
  role: ProblemRecord['split'],
  cache: RepoCache,
  options: GetOptions,
): Promise<GotDataset> {
  options.signal.throwIfAborted();
  const { text } = source;
  const client = new HubClient(datasetRepo(source), options);
  const revision = source.revision ?? DEFAULT_REVISION;
  const { commit, files: all, card } = await client.open(revision);
  const index = { files: all.map((file) => file.path), configs: configsOf(card) };
  const wanted = new Set(selectFiles(index, source, role));
  const files = all.filter((file) => wanted.has(file.path));
  checkSize(text, files);
  const fetched = await fetchFiles({ source: text, client, commit, files, cache }, options);
  // Last, so that a branch never names what is only half here.
  await cache.writeNote(commit, index);
  await cache.writeRef(revision, commit);
  return { source: text, commit, files: [...wanted], ...fetched };
}

/** What could not be read is not fetched either. */
function checkSize(text: string, files: readonly HubFile[]): void {
  const bytes = sizeOf(files);
  if (bytes <= MAX_FILE_BYTES) return;
  throw new UserError(
    `${text} has ${bytes} bytes in ${files.length === 1 ? 'one file' : `${files.length} files`}, more than the ${MAX_FILE_BYTES} that a dataset may have. Name fewer files: hf:owner/name/data/train-00000-*.`,
  );
}
