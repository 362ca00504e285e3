/** A model's weights with an adapter added to them: W + scale B A, in float32. */
import { trainableAdapter } from './adapter.ts';
import type { LinearSpec } from './architecture.ts';
import type { LocatedModel } from './locateModel.ts';
import { loraA, loraB } from './lora.ts';
import { requireTensor } from './modelFolder.ts';
import type { Adapter } from './peft.ts';
import { readTensor } from './tensorData.ts';

/** A tensor whose values are read, row-major, each time they are asked for. */
export interface TensorValues {
  readonly shape: readonly number[];
  readonly read: () => Promise<Float32Array>;
}

/**
 * Every parameter by its name in the architecture, in the order of use. One tensor is in memory at a time beside the adapter.
 *
 * @param adapter null for the weights as they are
 * @throws UserError for an adapter of another model
 */
export function mergedWeights(model: LocatedModel, adapter: Adapter | null): ReadonlyMap<string, TensorValues> {
  const { folder, storedNames, contents } = model;
  const added = adapter === null ? null : trainableAdapter(contents.linears, adapter, 0);
  const linears = new Map(contents.linears.map((spec) => [`${spec.module}.weight`, spec]));
  const weights = new Map<string, TensorValues>();
  for (const [name, shape] of contents.parameters) {
    const location = requireTensor(folder, storedNames.get(name) ?? name, shape);
    const spec = linears.get(name);
    const lora = spec && added?.layout.modules.get(spec.module);
    const a = spec && added?.tensors.get(loraA(spec.module))?.data;
    const b = spec && added?.tensors.get(loraB(spec.module))?.data;
    const read = async (): Promise<Float32Array> => {
      const base = await readTensor(location.file, location);
      if (spec && lora && a && b) addProduct(base, spec, a, b, lora.scale);
      return base;
    };
    weights.set(name, { shape, read });
  }
  return weights;
}

/** Adds scale B A, for A `[rank, in]` and B `[out, rank]`, to a weight in its own layout; sums are rounded to float32 once. */
export function addProduct(
  weight: Float32Array,
  { inFeatures, outFeatures, layout }: Pick<LinearSpec, 'inFeatures' | 'outFeatures' | 'layout'>,
  a: Float32Array,
  b: Float32Array,
  scale: number,
): void {
  const rank = a.length / inFeatures;
  const row = new Float64Array(inFeatures);
  const [outStride, inStride] = layout === 'out-in' ? [inFeatures, 1] : [1, outFeatures];
  for (let out = 0; out < outFeatures; out++) {
    row.fill(0);
    for (let r = 0; r < rank; r++) {
      const factor = scale * (b[out * rank + r] ?? 0);
      const start = r * inFeatures;
      for (let i = 0; i < inFeatures; i++) row[i] = (row[i] ?? 0) + factor * (a[start + i] ?? 0);
    }
    for (let i = 0; i < inFeatures; i++) {
      const at = out * outStride + i * inStride;
      weight[at] = (weight[at] ?? 0) + (row[i] ?? 0);
    }
  }
}
