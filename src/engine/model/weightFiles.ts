/**
 * Weights as ONNX Runtime can map them into memory: float32, in real files of one folder, by offset and length. F32 models are
 * referenced where they lie; ONNX Runtime's CPU provider takes no bfloat16 and cannot convert while mapping, so everything else
 * is widened once into a file of the cache, under a name that is a hash of its contents.
 */
import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { knownHash } from './knownHash.ts';
import type { ModelFolder } from './modelFolder.ts';
import type { TensorEntry } from './safetensors.ts';
import { readTensor } from './tensorData.ts';
import { cachedWeights } from './weightCache.ts';

/** Where a weight's values, float32 unless it is said, lie in a file of the folder. */
export interface WeightReference {
  /** Base name. */
  readonly file: string;
  /** In bytes. */
  readonly offset: number;
  /** In bytes. */
  readonly length: number;
  readonly shape: readonly number[];
}

export interface WeightReferences {
  /** Absolute and real: ONNX Runtime refuses external data outside one folder, and links. */
  readonly folder: string;
  readonly tensors: ReadonlyMap<string, WeightReference>;
}

/** Raised when what is written for the same weights changes, so that older files are not taken. */
const CACHE_FORMAT = 1;
const CACHE_SUFFIX = '.float32.safetensors';

/**
 * References to the tensors named. Nothing is written for F32 models in one folder; others take 4 bytes per value in
 * `cacheFolder` at first use, and about a second per gigabyte of hashing at every use.
 *
 * @param names tensors that the graphs use; a checkpoint may hold others, such as stored attention masks
 * @param cacheFolder made where it does not exist. One call at a time in each process; several processes may share it
 * @throws RangeError when the model has no tensor of a name (`requireTensor` tells the user)
 * @throws SafetensorsError for a dtype that cannot be used; UserError when the cache cannot be written
 */
export async function referenceWeights(
  model: ModelFolder,
  names: readonly string[],
  cacheFolder: string,
): Promise<WeightReferences> {
  const locations = [...new Set(names)].map((name) => {
    const location = model.tensors.get(name);
    if (location === undefined) throw new RangeError(`${model.path} has no tensor "${name}".`);
    return location;
  });
  const [folder, ...otherFolders] = new Set(locations.map(({ file }) => dirname(file)));
  if (folder !== undefined && otherFolders.length === 0 && locations.every(({ dtype }) => dtype === 'F32')) {
    return {
      folder,
      tensors: new Map(locations.map((location) => [location.name, reference(location, location.file)])),
    };
  }
  const contents = [
    CACHE_FORMAT,
    locations.map(({ name }) => name).sort(),
    await knownHash(model.path, model.weightFiles),
  ];
  const key = createHash('sha256').update(JSON.stringify(contents)).digest('hex');
  const { file, tensors } = await cachedWeights(
    cacheFolder,
    key + CACHE_SUFFIX,
    locations.map((location) => ({
      name: location.name,
      shape: location.shape,
      data: () => readTensor(location.file, location),
    })),
  );
  return {
    folder: dirname(file),
    tensors: new Map([...tensors.values()].map((entry) => [entry.name, reference(entry, file)])),
  };
}

export function reference({ offset, bytes, shape }: TensorEntry, file: string): WeightReference {
  return { file: basename(file), offset, length: bytes, shape };
}
