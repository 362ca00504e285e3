/** Matrices of 8 bits a value with one scale a row, as `matmulRows` multiplies with them. */
import type { MatrixLayout } from './frozenMatrix.ts';

/** A matrix `[outFeatures, inFeatures]`. */
export interface QuantizedRows {
  /** `[outFeatures, inFeatures]`: round(w / scale). */
  readonly values: Int8Array;
  /** `[outFeatures]` */
  readonly scales: Float32Array;
}

/**
 * Rounds to the nearest of 2 `levels` + 1 values a row, the last of which is its largest magnitude: no value is off by more than half a scale.
 *
 * @param levels on either side of 0; see `weightLevels`
 */
export function quantizeRows(
  data: Float32Array,
  { outFeatures, inFeatures, layout }: MatrixLayout,
  levels: number,
): QuantizedRows {
  if (data.length !== outFeatures * inFeatures)
    throw new RangeError(`${outFeatures} x ${inFeatures} values are needed, and there are ${data.length}`);
  const values = new Int8Array(data.length);
  const scales = new Float32Array(outFeatures);
  const [rowStep, columnStep] = layout === 'out-in' ? [inFeatures, 1] : [1, outFeatures];
  for (let row = 0; row < outFeatures; row++) {
    let largest = 0;
    for (let i = 0; i < inFeatures; i++)
      largest = Math.max(largest, Math.abs(data[row * rowStep + i * columnStep] ?? 0));
    const scale = Math.fround(largest / levels);
    if (scale === 0) continue;
    scales[row] = scale;
    for (let i = 0; i < inFeatures; i++) {
      const level = Math.round((data[row * rowStep + i * columnStep] ?? 0) / scale);
      values[row * inFeatures + i] = Math.min(levels, Math.max(-levels, level));
    }
  }
  return { values, scales };
}
