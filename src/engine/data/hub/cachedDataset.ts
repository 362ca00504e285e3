/** Finds a dataset of the hub in the cache. Nothing is fetched. */
import { RepoCache } from '../../hub/repoCache.ts';
import type { RepoId } from '../../hub/repoId.ts';
import { UserError } from '../../protocol/errors.ts';
import { DEFAULT_REVISION, FETCHED_ON_REQUEST, isCommit } from '../../protocol/hubRevision.ts';
import { HUB_PREFIX, withSplit, type HubSource } from '../../protocol/hubSource.ts';
import type { ProblemRecord } from '../../protocol/run.ts';
import type { DatasetFile } from '../dataset.ts';
import { repoIndexSchema, selectFiles, type RepoIndex } from './repoIndex.ts';

export interface CachedDataset {
  readonly commit: string;
  readonly files: readonly DatasetFile[];
}

export function datasetRepo({ repo }: HubSource): RepoId {
  return { kind: 'dataset', name: repo };
}

/** @throws UserError where it is not all there, with the command that gets it */
export async function findCached(
  source: HubSource,
  role: ProblemRecord['split'],
  cacheDir: string,
): Promise<CachedDataset> {
  const cache = new RepoCache(cacheDir, datasetRepo(source));
  const commit = await cache.commitOf(source.revision ?? DEFAULT_REVISION);
  const index = commit === null ? null : await indexOf(cache, commit);
  if (commit === null || index === null) throw notHere(source, role, 'is not on this machine');
  const files = selectFiles(index, source, role);
  for (const file of files)
    if (!(await cache.has(commit, file)))
      throw notHere(source, role, `is not on this machine as a whole: ${file} is missing`);
  return {
    commit,
    files: files.map((file) => ({ path: cache.fileOf(commit, file), name: `${HUB_PREFIX}${source.repo}/${file}` })),
  };
}

/** What the repository holds; where another tool fetched it, as far as that is here. null where nothing is. */
async function indexOf(cache: RepoCache, commit: string): Promise<RepoIndex | null> {
  const known = repoIndexSchema.safeParse(await cache.note(commit)).data;
  if (known !== undefined) return known;
  const files = await cache.files(commit);
  return files.length === 0 ? null : { files, configs: [] };
}

function notHere(source: HubSource, role: ProblemRecord['split'], what: string): UserError {
  // The editor gets what the experiment names, which is a commit only where the experiment says so.
  const inEditor =
    source.revision !== null && isCommit(source.revision)
      ? '.'
      : '; in the editor: Get Dataset, above "dataset" in the experiment.';
  return new UserError(
    `The dataset ${source.text} ${what}. ${FETCHED_ON_REQUEST} In a terminal: rlvr get dataset "${withSplit(source, role)}"${inEditor}`,
  );
}
