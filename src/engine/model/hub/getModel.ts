/** Gets a model from the hub into the cache, because somebody asked for it. */
import { fetchFiles, inCacheOf, requireOnline, type Fetched, type GetOptions } from '../../hub/fetchFiles.ts';
import { parseHubModel } from '../../protocol/hubModel.ts';
import { DEFAULT_REVISION } from '../../protocol/hubRevision.ts';
import type { ModelDescription } from '../../protocol/modelDescription.ts';
import { modelRepo, type ModelNote } from './cachedModel.ts';
import { openHubModel } from './openHubModel.ts';

export interface GotModel extends Fetched {
  readonly source: string;
  readonly commit: string;
  /** Of its snapshot in the cache, absolute. */
  readonly folder: string;
}

export interface GetModelOptions extends GetOptions {
  /** Told what it is, before its weights are fetched. */
  readonly onDescription: (description: ModelDescription) => void;
  /** To be fetched, as the person agreed to it; null for whatever the model's name stands for now. */
  readonly commit: string | null;
}

/** What a model is, without its weights. @throws UserError where it cannot be had or used, with the reason */
export async function describeHubModel(text: string, options: GetOptions): Promise<ModelDescription> {
  const model = parseHubModel(text);
  requireOnline(text, options);
  return inCacheOf(
    options.cacheDir,
    modelRepo(model),
    async (cache) => (await openHubModel(model, cache, options)).description,
  );
}

/** @throws UserError where it cannot be had or used, with the reason; its weights are not fetched then */
export async function getModel(text: string, options: GetModelOptions): Promise<GotModel> {
  const model = parseHubModel(text);
  requireOnline(text, options);
  const agreed = options.commit === null ? model : { ...model, revision: options.commit };
  return inCacheOf(options.cacheDir, modelRepo(model), async (cache) => {
    const { description, client, commit, descriptions, weights } = await openHubModel(agreed, cache, options);
    options.onDescription(description);
    const fetched = await fetchFiles({ source: text, client, commit, files: weights, cache }, options);
    const note: ModelNote = { files: [...descriptions, ...weights].map(({ path }) => path) };
    await cache.writeNote(commit, note);
    // Last, so that a branch never names what is only half here.
    await cache.writeRef(model.revision ?? DEFAULT_REVISION, commit);
    return { source: text, commit, folder: cache.fileOf(commit, ''), ...fetched };
  });
}
