/** Matrices of 4 bits a value, as `matmulBlocks` multiplies with them. */
import { blockBytes, blocksIn, type BlockQuantization } from '../onnx/blocks.ts';
import type { MatrixLayout } from './frozenMatrix.ts';

/** A matrix `[outFeatures, inFeatures]` in blocks. */
export interface QuantizedData {
  /** `[outFeatures, blocks, blockBytes]` */
  readonly values: Uint8Array;
  /** `[outFeatures * blocks]` */
  readonly scales: Float32Array;
}

/** Of a base in 4 bits: 16 levels a value are few, so blocks are as small as is usual. */
export const BLOCKS: BlockQuantization = { blockSize: 32 };

/** The level that stands for 0. */
const ZERO = 8;

/**
 * Rounds to the nearest of 16 values a block: q = round(w / s) + 8, where the scale s takes the value of largest magnitude to
 * -8, the end of the range that is one further from 0 (llama.cpp's Q4_0 has the same). No value is off by more than |s| / 2, but
 * for those near the other end, by |s| at most.
 */
export function quantizeMatrix(
  data: Float32Array,
  { outFeatures, inFeatures, layout }: MatrixLayout,
  quantization: BlockQuantization,
): QuantizedData {
  const { blockSize } = quantization;
  if (data.length !== outFeatures * inFeatures)
    throw new RangeError(`${outFeatures} x ${inFeatures} values are needed, and there are ${data.length}`);
  const blocks = blocksIn(inFeatures, quantization);
  const bytes = blockBytes(quantization);
  // What fills up a last block counts as 0.
  const values = new Uint8Array(outFeatures * blocks * bytes).fill(ZERO * 17);
  const scales = new Float32Array(outFeatures * blocks);
  const [rowStep, columnStep] = layout === 'out-in' ? [inFeatures, 1] : [1, outFeatures];
  for (let row = 0; row < outFeatures; row++)
    for (let block = 0; block < blocks; block++) {
      const index = row * blocks + block;
      const start = row * rowStep + block * blockSize * columnStep;
      const count = Math.min(blockSize, inFeatures - block * blockSize);
      let largest = 0;
      for (let i = 0; i < count; i++) {
        const value = data[start + i * columnStep] ?? 0;
        if (Math.abs(value) > Math.abs(largest)) largest = value;
      }
      const scale = Math.fround(largest / -ZERO);
      if (scale === 0) continue;
      scales[index] = scale;
      for (let i = 0; i < count; i++) {
        const rounded = Math.round((data[start + i * columnStep] ?? 0) / scale) + ZERO;
        const level = Math.min(2 * ZERO - 1, Math.max(0, rounded));
        const place = index * bytes + (i >> 1);
        const other = values[place] ?? 0;
        values[place] = i % 2 === 0 ? (other & 0xf0) | level : (other & 0x0f) | (level << 4);
      }
    }
  return { values, scales };
}
