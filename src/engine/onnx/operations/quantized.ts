/** Matrix products with weights of few bits. */
import { blockBytes, blocksIn, type BlockQuantization } from '../blocks.ts';
import type { Value } from '../graph.ts';
import { dimAt, sameShape, ShapeError } from '../shape.ts';
import { single } from './single.ts';

/**
 * ONNX Runtime's products in 8-bit integers: the rows of x are rounded to them as well, block by block. A row depends on others by the last bit
 * at most (kernels for an odd number of rows sum in another order), which the rounding of a later layer may make more of. Ten times as fast as the levels that turn the weights back into floating point at each use.
 */
const INTEGER_ACCURACY = 4;

/**
 * x W^T of x float32 `[rows, inFeatures]`, which has no gradient.
 *
 * @param values uint8 `[outFeatures, blocks, blockBytes]`: (w / scale) + 2^(bits - 1), of 4 bits two to a byte, the first in the low half
 * @param scales float32 `[outFeatures * blocks]`
 */
export function matmulBlocks(x: Value, values: Value, scales: Value, quantization: BlockQuantization): Value {
  const { bits, blockSize } = quantization;
  const [rows, inFeatures] = [dimAt('MatMulNBits', x.shape, 0), dimAt('MatMulNBits', x.shape, -1)];
  const outFeatures = dimAt('MatMulNBits', values.shape, 0);
  if (x.shape.length !== 2 || typeof inFeatures !== 'number' || typeof outFeatures !== 'number')
    throw new ShapeError(
      'MatMulNBits',
      'needs [rows, a fixed size] and a matrix of fixed sizes',
      x.shape,
      values.shape,
    );
  const blocks = blocksIn(inFeatures, quantization);
  if (!sameShape(values.shape, [outFeatures, blocks, blockBytes(quantization)]))
    throw new ShapeError('MatMulNBits', `the matrix is not one of ${bits} bits`, x.shape, values.shape);
  if (!sameShape(scales.shape, [outFeatures * blocks]))
    throw new ShapeError('MatMulNBits', 'each block has a scale', values.shape, scales.shape);
  const attributes = { K: inFeatures, N: outFeatures, bits, block_size: blockSize, accuracy_level: INTEGER_ACCURACY };
  return single('MatMulNBits', [x, values, scales], 'float32', [rows, outFeatures], attributes, 'com.microsoft');
}
