/** Matrix products with weights of few bits, or half as many as usual. */
import { blockBytes, blocksIn, type BlockQuantization } from '../blocks.ts';
import type { Value } from '../graph.ts';
import { dimAt, sameShape, ShapeError } from '../shape.ts';
import { add, cast, max, mul, neg } from './elementwise.ts';
import { expand, reshape, slice, transpose } from './layout.ts';
import { matmul } from './matmul.ts';
import { reduceSum } from './reductions.ts';
import { firstOf, single } from './single.ts';

/**
 * In sessions that repack weights: products in 8-bit integers, for which the rows of x are rounded block by block. In others the weights are
 * turned back into floating point at each use, and x is not rounded.
 */
const INTEGER_ACCURACY = 4;
/** What stands for 0 among levels of 4 bits. */
const ZERO_LEVEL = 8;
/** What stands for 0 among those of activations, which are unsigned. */
const ZERO_ACTIVATION = 128;
/** Levels of an activation on either side of 0. */
const LEVELS = 127;
/** In place of the step of a row of zeros, by which nothing could be divided. */
const SMALLEST_STEP = 1e-30;

/**
 * x W^T of x float32 `[rows, inFeatures]`.
 *
 * @param values uint8 `[outFeatures, blocks, blockBytes]`: (w / scale) + 8, two to a byte, the first in the low half
 * @param scales float32 `[outFeatures * blocks]`
 */
export function matmulBlocks(x: Value, values: Value, scales: Value, quantization: BlockQuantization): Value {
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
    throw new ShapeError('MatMulNBits', 'the matrix is not one of 4 bits', x.shape, values.shape);
  if (!sameShape(scales.shape, [outFeatures * blocks]))
    throw new ShapeError('MatMulNBits', 'each block has a scale', values.shape, scales.shape);
  const attributes = {
    K: inFeatures,
    N: outFeatures,
    bits: 4,
    block_size: quantization.blockSize,
    accuracy_level: INTEGER_ACCURACY,
  };
  return single('MatMulNBits', [x, values, scales], 'float32', [rows, outFeatures], attributes, 'com.microsoft');
}

/**
 * The matrix float32 `[outFeatures, inFeatures]` that blocks stand for, made at each run.
 *
 * @param values uint4 `[outFeatures, blocks * blockSize]`, the bytes of `matmulBlocks`
 * @param scales float32 `[outFeatures, blocks]`
 */
export function dequantizeBlocks(
  values: Value,
  scales: Value,
  inFeatures: number,
  { blockSize }: BlockQuantization,
): Value {
  const [outFeatures, blocks] = scales.shape;
  if (
    typeof outFeatures !== 'number' ||
    typeof blocks !== 'number' ||
    !sameShape(values.shape, [outFeatures, blocks * blockSize])
  )
    throw new ShapeError('DequantizeLinear', 'each block has a scale', values.shape, scales.shape);
  const { graph } = values;
  const zeros = graph.constant('uint4', [outFeatures, blocks], zeroLevels(outFeatures * blocks));
  const attributes = { axis: 1, block_size: blockSize };
  const whole = single('DequantizeLinear', [values, scales, zeros], 'float32', values.shape, attributes);
  return blocks * blockSize === inFeatures ? whole : slice(whole, 1, 0, inFeatures);
}

function zeroLevels(count: number): Uint8Array {
  return new Uint8Array(Math.ceil(count / 2)).fill(ZERO_LEVEL | (ZERO_LEVEL << 4));
}

/**
 * x W^T of x float32 `[rows, inFeatures]` in 8-bit integers: each row of x is rounded to 127 levels on either side of 0, the last of which is its
 * own largest value. Sums of integers are exact, so a row does not depend on the others.
 *
 * @param values int8 `[outFeatures, inFeatures]`: w / scale
 * @param scales float32 `[outFeatures]`
 */
export function matmulRows(x: Value, values: Value, scales: Value): Value {
  return integerProduct(x, transpose(values, [1, 0]), scales);
}

/** dy W of dy float32 `[rows, outFeatures]` in the same way; the scales of W go to dy before it is rounded. */
export function matmulRowsTransposed(dy: Value, values: Value, scales: Value): Value {
  return integerProduct(mul(dy, scales), values, dy.graph.scalar(1));
}

/**
 * x W^T of x float32 `[rows, inFeatures]` in 16 bits: x is rounded, and products of `block` features are added up as the provider adds halves
 * (WebGPU in ONNX Runtime 1.30 in 16 bits, microsoft/onnxruntime#26732; CUDA in 32). The sum over the blocks is in float32.
 *
 * @param values float16 `[blocks, block, outFeatures]`: W^T
 */
export function matmulHalves(x: Value, values: Value): Value {
  const [blocks, block, outFeatures] = values.shape;
  const [rows, inFeatures] = x.shape;
  if (rows === undefined || outFeatures === undefined || typeof blocks !== 'number' || typeof block !== 'number')
    throw new ShapeError('MatMul', 'needs [rows, features] and a matrix in blocks', x.shape, values.shape);
  if (x.shape.length !== 2 || inFeatures !== blocks * block)
    throw new ShapeError('MatMul', `the matrix has ${blocks * block} features`, x.shape, values.shape);
  const byBlock = transpose(reshape(x, [rows, blocks, block]), [1, 0, 2]);
  const products = cast(matmul(cast(byBlock, 'float16'), values), 'float32');
  return blocks === 1 ? reshape(products, [rows, outFeatures]) : reduceSum(products, [0]);
}

/** The matrix float32 `[outFeatures, inFeatures]` that rows stand for, made at each run. */
export function dequantizeRows(values: Value, scales: Value): Value {
  return single('DequantizeLinear', [values, scales], 'float32', values.shape, { axis: 0 });
}

/** @param weights int8 `[inner, columns]` @param scales of the columns, or a scalar */
function integerProduct(x: Value, weights: Value, scales: Value): Value {
  const { graph } = x;
  const [rows, inner] = [dimAt('MatMulIntegerToFloat', x.shape, 0), dimAt('MatMulIntegerToFloat', x.shape, 1)];
  const columns = dimAt('MatMulIntegerToFloat', weights.shape, 1);
  if (x.shape.length !== 2 || weights.shape.length !== 2 || inner !== dimAt('MatMulIntegerToFloat', weights.shape, 0))
    throw new ShapeError('MatMulIntegerToFloat', 'inner sizes differ', x.shape, weights.shape);
  const extreme = (type: 'ReduceMax' | 'ReduceMin'): Value =>
    single(type, [x, graph.ints([1])], 'float32', [rows, 1], { keepdims: 1 });
  const largest = max(extreme('ReduceMax'), neg(extreme('ReduceMin')));
  // ReduceMax passes over NaN and QuantizeLinear makes a level of it: 0 times a row is NaN where any value of it is not finite.
  const damage = matmul(x, expand(graph.scalar(0), [inner, 1]));
  const steps = add(max(mul(largest, 1 / LEVELS), SMALLEST_STEP), damage);
  const zero = graph.scalar(ZERO_ACTIVATION, 'uint8');
  const levels = firstOf(
    graph.node(
      'QuantizeLinear',
      [x, reshape(steps, [rows]), expand(zero, [rows])],
      [{ dtype: 'uint8', shape: x.shape }],
      { axis: 0 },
    ),
  );
  const product = single(
    'MatMulIntegerToFloat',
    [levels, weights, graph.scalar(1), scales, zero],
    'float32',
    [rows, columns],
    {},
    'com.microsoft',
  );
  return mul(product, steps);
}
