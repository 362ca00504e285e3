/** Matrices of 16 bits a value, as `matmulHalves` multiplies with them. */
import { FLOAT16_MAX, FLOAT16_OVERFLOW, float32ToFloat16 } from '../onnx/float16.ts';
import type { Value } from '../onnx/graph.ts';
import { cast, matmul, matmulHalves, transpose } from '../onnx/operations.ts';
import type { Shape } from '../onnx/shape.ts';
import { UserError } from '../protocol/errors.ts';
import type { FrozenMatrix, MatrixLayout } from './frozenMatrix.ts';
import type { TensorLocation } from './modelFolder.ts';
import { placeIn } from './nonFinite.ts';

/**
 * Features whose products may be added up in 16 bits, of which a sum has 11 bits whatever its length: with more, more is lost. With fewer, each
 * row has more sums to be read again, at 128 a quarter of the matrix's bytes for 32 rows.
 */
const MOST_IN_BLOCK = 128;

/** @throws UserError where a number of the matrix is too large for 16 bits, which would make it infinite */
export function requireFloat16({ name, shape, file }: TensorLocation, data: Float32Array): void {
  // A loop of its own: with a function called for each, a model's weights would take seconds.
  for (let index = 0; index < data.length; index++) {
    const value = data[index] ?? NaN;
    const size = Math.abs(value);
    // What is no number in the file is so in any form.
    if (!(size >= FLOAT16_OVERFLOW && size < Infinity)) continue;
    throw new UserError(
      `The tensor ${name} has ${value} at ${placeIn(shape, index)} (${file}), and the largest number of 16 bits is ${FLOAT16_MAX}. Set lora.base and rollout.weights to "float32".`,
    );
  }
}

/** W^T `[inFeatures, outFeatures]`, rounded. */
export function halfMatrix(data: Float32Array, { outFeatures, inFeatures, layout }: MatrixLayout): Uint16Array {
  const halves = float32ToFloat16(data);
  if (layout === 'in-out') return halves;
  const transposed = new Uint16Array(halves.length);
  for (let row = 0; row < outFeatures; row++)
    for (let column = 0; column < inFeatures; column++)
      transposed[column * outFeatures + row] = halves[row * inFeatures + column] ?? 0;
  return transposed;
}

/** Forward in 16 bits with sums in float32; backward in float32, of the same rounded weights. */
export function frozenHalves(
  { outFeatures, inFeatures }: MatrixLayout,
  weight: (dtype: 'float16', shape: Shape) => Value,
): FrozenMatrix {
  const block = blockSize(inFeatures);
  const whole = (): Value => cast(weight('float16', [inFeatures, outFeatures]), 'float32');
  return {
    outFeatures,
    forward: (x) => matmulHalves(x, weight('float16', [inFeatures / block, block, outFeatures])),
    backward: (dy) => matmul(dy, whole(), { transB: true }),
    dequantized: () => transpose(whole(), [1, 0]),
  };
}

/** The largest divisor that may be. */
function blockSize(inFeatures: number): number {
  for (let size = Math.min(MOST_IN_BLOCK, inFeatures); size > 1; size--) if (inFeatures % size === 0) return size;
  return 1;
}
