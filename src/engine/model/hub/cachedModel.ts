/** Finds a model of the hub in the cache. Nothing is fetched. */
import { z } from 'zod';
import { hubPlaces, type Environment } from '../../hub/hubPlaces.ts';
import { RepoCache } from '../../hub/repoCache.ts';
import type { RepoId } from '../../hub/repoId.ts';
import { UserError } from '../../protocol/errors.ts';
import { GET_MODEL_COMMAND, type HubModel } from '../../protocol/hubModel.ts';
import { DEFAULT_REVISION, FETCHED_ON_REQUEST, isCommit } from '../../protocol/hubRevision.ts';
import { CONFIG_FILE, readIndex, WEIGHTS_FILE, WEIGHTS_INDEX_FILE } from '../modelFolder.ts';
import { TOKENIZER_CONFIG_FILE, TOKENIZER_FILE } from '../tokenizer.ts';

export interface CachedModel {
  /** Of its snapshot, absolute. */
  readonly folder: string;
  readonly commit: string;
  /** What its user should know. */
  readonly warnings: readonly string[];
}

/** What is kept of a model that was fetched here: all that belongs to it, as paths in the repository. */
const noteSchema = z.object({ files: z.array(z.string()) });
export type ModelNote = z.output<typeof noteSchema>;

export function modelRepo({ repo }: Pick<HubModel, 'repo'>): RepoId {
  return { kind: 'model', name: repo };
}

/**
 * @param folder that was looked for first
 * @throws UserError where it is not all there, with the command that gets it
 */
export async function findCachedModel(model: HubModel, folder: string, env: Environment): Promise<CachedModel> {
  const cache = new RepoCache(hubPlaces(env).cacheDir, modelRepo(model));
  const commit = await cache.commitOf(model.revision ?? DEFAULT_REVISION);
  const note = commit === null ? null : (noteSchema.safeParse(await cache.note(commit)).data ?? null);
  const missing = commit === null ? null : await missingFile(cache, commit, note);
  if (commit === null || missing === CONFIG_FILE) throw notHere(model, folder, 'is not on this machine');
  if (missing !== null) throw notHere(model, folder, `is not on this machine as a whole: ${missing} is missing`);
  const isDoubtful = note === null && !(await cache.has(commit, TOKENIZER_CONFIG_FILE));
  return { folder: cache.fileOf(commit, ''), commit, warnings: isDoubtful ? [maybePartial(model)] : [] };
}

/**
 * The first file without which it cannot be opened, or is another model than the hub's; null where all are here. Other tools keep no note
 * of what belongs to it.
 */
async function missingFile(cache: RepoCache, commit: string, note: ModelNote | null): Promise<string | null> {
  for (const file of [CONFIG_FILE, TOKENIZER_FILE, ...(note?.files ?? [])])
    if (!(await cache.has(commit, file))) return file;
  if (await cache.has(commit, WEIGHTS_FILE)) return null;
  if (!(await cache.has(commit, WEIGHTS_INDEX_FILE))) return WEIGHTS_FILE;
  for (const shard of (await readIndex(cache.fileOf(commit, ''))).keys())
    if (!(await cache.has(commit, shard))) return shard;
  return null;
}

/** Nearly every tokenizer has that file, by which texts begin and end: without it they would silently do so otherwise. */
function maybePartial({ text }: HubModel): string {
  return (
    `The model ${text} was fetched by another program, perhaps in part: it has no ${TOKENIZER_CONFIG_FILE} here. ` +
    `${GET_MODEL_COMMAND} ${text} fetches what is missing.`
  );
}

function notHere({ text, revision }: HubModel, folder: string, what: string): UserError {
  // The editor gets what the experiment names, which is a commit only where the experiment says so.
  const inEditor =
    revision !== null && isCommit(revision) ? '.' : '; in the editor: Get Model…, above "model" in the experiment.';
  return new UserError(
    `There is no model folder ${folder}. The model ${text} of the Hugging Face hub ${what}. ${FETCHED_ON_REQUEST} In a terminal: ${GET_MODEL_COMMAND} ${text}${inEditor}`,
  );
}
