/** A model ready to be traced: found in its folder, its weights where they can be mapped into memory. */
import { cacheFolder } from '../onnx/cacheFolder.ts';
import type { FrozenMatrices } from './frozenMatrix.ts';
import { locateModel, type LocatedModel } from './locateModel.ts';
import { quantizedWeights, type QuantizedForm } from './quantizedWeights.ts';
import { referenceWeights, type WeightReference } from './weightFiles.ts';

export interface Model extends LocatedModel {
  /** Real folder of the files that `weights` refers to. */
  readonly weightsFolder: string;
  /** By the architecture's parameter names. */
  readonly weights: ReadonlyMap<string, WeightReference>;
  /** Those of a base in few bits; null where all weights are float32. */
  readonly matrices: FrozenMatrices | null;
}

/** A located model whose weights can be mapped into memory; 16-bit ones are widened into a cache file once. Throws as `locateModel` does. */
export async function loadModel(path: string): Promise<Model> {
  const located = await locateModel(path);
  const { folder, storedNames } = located;
  const references = await referenceWeights(folder, [...storedNames.values()], cacheFolder());
  const weights = new Map<string, WeightReference>();
  for (const [name, stored] of storedNames) {
    const reference = references.tensors.get(stored);
    if (reference) weights.set(name, reference);
  }
  return { ...located, weightsFolder: references.folder, weights, matrices: null };
}

/** A located model whose matrices are held in few bits; no float32 form of them is made. Throws as `locateModel` and `quantizedWeights` do. */
export async function loadQuantizedModel(path: string, form: QuantizedForm): Promise<Model> {
  const located = await locateModel(path);
  return { ...located, ...(await quantizedWeights(located, form, cacheFolder())) };
}
