/**
 * A model of the hub before its weights are fetched. Its configuration and its tokenizer are, being small, and of each weight file the
 * header is read: what the engine could not open is refused now, and not after gigabytes.
 */
import { licenceOf } from '../../hub/card.ts';
import { fetchFiles, missingFiles, sizeOf, type FilesToFetch, type GetOptions } from '../../hub/fetchFiles.ts';
import { HubClient, type HubFile } from '../../hub/hubClient.ts';
import type { RepoCache } from '../../hub/repoCache.ts';
import { pageOf } from '../../hub/repoId.ts';
import { retrying, type Patience } from '../../hub/retrying.ts';
import { DEFAULT_REVISION } from '../../protocol/hubRevision.ts';
import type { HubModel } from '../../protocol/hubModel.ts';
import type { ModelDescription } from '../../protocol/modelDescription.ts';
import { inspectArchitecture } from '../inspect.ts';
import { requireTensors } from '../locateModel.ts';
import { memoryForecast, parameterCount } from '../memoryForecast.ts';
import { readConfig, readIndex, WEIGHTS_FILE, type TensorLocation } from '../modelFolder.ts';
import { architectureOf } from '../registry.ts';
import { headerOf, readSafetensorsHeader, type SafetensorsHeader } from '../safetensors.ts';
import { Tokenizer } from '../tokenizer.ts';
import { modelRepo } from './cachedModel.ts';
import { descriptionFiles, weightFiles } from './modelRepo.ts';

export interface OpenedHubModel {
  readonly description: ModelDescription;
  readonly client: HubClient;
  readonly commit: string;
  /** Those that are here already. */
  readonly descriptions: readonly HubFile[];
  readonly weights: readonly HubFile[];
}

/**
 * @param cache whose owner nobody else writes for meanwhile
 * @throws UserError where it cannot be had or used, with the reason
 */
export async function openHubModel(model: HubModel, cache: RepoCache, options: GetOptions): Promise<OpenedHubModel> {
  options.signal.throwIfAborted();
  const { text: source } = model;
  const repo = modelRepo(model);
  const client = new HubClient(repo, options);
  const { commit, files, card, isGated } = await client.open(model.revision ?? DEFAULT_REVISION);
  const small = descriptionFiles(source, files);
  await fetchFiles({ source, client, commit, files: small, cache }, { ...options, onProgress: () => {} });

  const folder = cache.fileOf(commit, '');
  const architecture = architectureOf(await readConfig(folder));
  const contents = inspectArchitecture(architecture);
  await Tokenizer.load(folder, []);
  const shards = files.some(({ path }) => path === WEIGHTS_FILE) ? null : [...(await readIndex(folder)).keys()].sort();
  const weights = weightFiles(source, files, shards);
  const tensors = await tensorsOf(weights, (file) => headerOfWeights(file, { client, commit, cache }, options));
  requireTensors({ path: source, weightFiles: weights.map(({ path }) => path), tensors }, architecture, contents);

  const all = [...small, ...weights];
  const description: ModelDescription = {
    ...{ source, commit },
    page: pageOf(repo, options.endpoint),
    architecture: architecture.name,
    parameters: parameterCount(contents),
    contextLength: architecture.contextLength,
    dtypes: [...new Set(Array.from(tensors.values(), ({ dtype }) => dtype))].sort(),
    licence: licenceOf(card),
    isGated,
    bytes: sizeOf(all),
    missingBytes: sizeOf(await missingFiles(cache, commit, all)),
    memory: memoryForecast(architecture, contents),
  };
  return { description, client, commit, descriptions: small, weights };
}

/** By name. */
async function tensorsOf(
  files: readonly HubFile[],
  read: (file: HubFile) => Promise<SafetensorsHeader>,
): Promise<ReadonlyMap<string, TensorLocation>> {
  const tensors = new Map<string, TensorLocation>();
  for (const file of files)
    for (const entry of (await read(file)).tensors.values()) tensors.set(entry.name, { ...entry, file: file.path });
  return tensors;
}

/** Of a weight file that is here, or else on the hub, of which no more is read. */
async function headerOfWeights(
  file: HubFile,
  { client, commit, cache }: Pick<FilesToFetch, 'client' | 'commit' | 'cache'>,
  patience: Patience,
): Promise<SafetensorsHeader> {
  if (await cache.has(commit, file.path)) return readSafetensorsHeader(cache.fileOf(commit, file.path));
  const read = (offset: number, bytes: number): Promise<Uint8Array> =>
    retrying(() => client.part(file, commit, offset, bytes), patience);
  return headerOf(read, file.bytes, file.path);
}
