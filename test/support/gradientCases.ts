/** At least one case for every gradient rule, with the shapes and flags that its code tells apart. */
import * as op from '../../src/engine/onnx/operations.ts';
import type { Shape } from '../../src/engine/onnx/shape.ts';
import type { CheckedInput, GradientCase } from './gradientCheck.ts';

const normal = (...shape: Shape): CheckedInput => ({ shape });
/** Between about 0.4 and 2.5, for quotients, logarithms and roots. */
const positive = (...shape: Shape): CheckedInput => ({ shape, from: (number) => Math.exp(number / 4) });
/** Away from 0 by more than the step of a difference. */
const nonzero = (...shape: Shape): CheckedInput => ({ shape, from: (number) => number + Math.sign(number) / 4 });
const values = (shape: Shape, numbers: readonly number[]): CheckedInput => ({ shape, values: numbers });
const indices = (shape: Shape, numbers: readonly number[]): CheckedInput => ({ shape, indices: numbers });

const check = (
  rule: string,
  about: string,
  inputs: readonly CheckedInput[],
  build: GradientCase['build'],
): GradientCase => ({ rule, about, inputs, build });

const elementwise: readonly GradientCase[] = [
  check('Add', 'same shapes', [normal(2, 3), normal(2, 3)], (a, b) => op.add(a, b)),
  check('Add', 'both broadcast', [normal(2, 1, 4), normal(3, 1)], (a, b) => op.add(a, b)),
  check('Add', 'a bias over named sizes', [normal('rows', 'time', 4), normal(4)], (a, b) => op.add(a, b)),
  check('Add', 'a named size against 1', [normal('rows', 1), normal(1, 'time')], (a, b) => op.add(a, b)),
  check('Add', 'a scalar', [normal(2, 3), normal()], (a, b) => op.add(b, a)),
  check('Add', 'the same value twice', [normal(2, 3)], (a) => op.add(a, a)),
  check('Sub', 'both broadcast', [normal(2, 1, 4), normal(3, 1)], (a, b) => op.sub(a, b)),
  check('Sub', 'a number on the left', [normal(3)], (a) => op.sub(1, a)),
  check('Mul', 'both broadcast', [normal(2, 1, 4), normal(3, 1)], (a, b) => op.mul(a, b)),
  check('Mul', 'a scale over named sizes', [normal('rows', 'time', 4), normal(4)], (a, b) => op.mul(a, b)),
  check('Mul', 'a square', [normal(4)], (a) => op.mul(a, a)),
  check('Div', 'both broadcast', [normal(2, 1, 4), positive(3, 1)], (a, b) => op.div(a, b)),
  check('Div', 'a number by a value', [positive(5)], (a) => op.div(2, a)),
  check('Min', 'broadcast', [values([2, 1], [0.5, -1]), values([3], [1, 0, -2])], (a, b) => op.min(a, b)),
  check('Min', 'against a number', [nonzero(6)], (a) => op.min(a, 0)),
  check('Max', 'broadcast', [values([2, 1], [0.5, -1]), values([3], [1, 0, -2])], (a, b) => op.max(a, b)),
  check('Max', 'against a number', [nonzero(6)], (a) => op.max(0, a)),
  check('Neg', '', [normal(3)], (a) => op.neg(a)),
  check('Exp', '', [normal(2, 3)], (a) => op.exp(a)),
  check('Log', '', [positive(2, 3)], (a) => op.log(a)),
  check('Sqrt', '', [positive(2, 3)], (a) => op.sqrt(a)),
  check('Tanh', '', [normal(2, 3)], (a) => op.tanh(a)),
  check('Sigmoid', '', [normal(2, 3)], (a) => op.sigmoid(a)),
  check('Clip', 'inside and outside of the bounds', [values([5], [-2, -0.9, 0.1, 0.9, 3])], (a) => op.clip(a, -1, 1)),
  check('Where', 'both broadcast', [normal(2, 1), normal(3), indices([2, 3], [1, 0, 0, 1, 1, 0])], (a, b, mask) =>
    op.where(op.cast(mask, 'bool'), a, b),
  ),
  check('Where', 'a broadcast condition and a number', [normal(2, 3), indices([3], [1, 0, 1])], (a, mask) =>
    op.where(op.cast(mask, 'bool'), a, -4),
  ),
  check('Cast', 'what is cast is constant between its jumps', [nonzero(6)], (a) =>
    op.mul(a, op.cast(op.greater(a, 0), 'float32')),
  ),
  check('Cast', 'through integers', [values([4], [0.5, 1.4, 2.6, -1.5])], (a) =>
    op.mul(a, op.cast(op.cast(a, 'int64'), 'float32')),
  ),
  check('Identity', 'the value goes on, the gradient does not', [nonzero(6)], (a) =>
    op.mul(a, op.stopGradient(op.cast(op.less(a, 0), 'float32'))),
  ),
  check('FastGelu', '', [values([7], [-4, -1.5, -0.5, 0, 0.3, 1, 3])], (a) => op.fastGelu(a)),
  check('FastGelu', 'random', [normal('rows', 'time', 3)], (a) => op.fastGelu(a)),
];

const transposed = (rows: number, columns: number, flag: boolean): [number, number] =>
  flag ? [columns, rows] : [rows, columns];

/** Every pair of flags, for matrices, batches, broadcast batches and a matrix shared by all rows of either operand. */
const matrixProducts: readonly GradientCase[] = [false, true].flatMap((transA) =>
  [false, true].flatMap((transB) => {
    const rule = transA || transB ? 'FusedMatMul' : 'MatMul';
    const flags = `A${transA ? "'" : ''} B${transB ? "'" : ''}`;
    const a = transposed(2, 3, transA);
    const b = transposed(3, 4, transB);
    const build: GradientCase['build'] = (x, y) => op.matmul(x, y, { transA, transB });
    return [
      check(rule, `${flags}, matrices`, [normal(...a), normal(...b)], build),
      check(rule, `${flags}, batches`, [normal(2, 2, ...a), normal(2, 2, ...b)], build),
      check(rule, `${flags}, broadcast batches`, [normal(3, 1, ...a), normal(2, ...b)], build),
      check(rule, `${flags}, one matrix on the right of all`, [normal(2, 2, ...a), normal(...b)], build),
      check(rule, `${flags}, one matrix on the left of all`, [normal(...a), normal(2, ...b)], build),
      check(rule, `${flags}, named batch`, [normal('rows', ...a), normal('rows', ...b)], build),
    ];
  }),
);

const namedProducts: readonly GradientCase[] = [
  check('MatMul', 'a weight over named sizes', [normal('rows', 'time', 3), normal(3, 2)], (x, w) => op.matmul(x, w)),
  check('FusedMatMul', 'a weight [out, in] over named sizes', [normal('rows', 'time', 3), normal(2, 3)], (x, w) =>
    op.matmul(x, w, { transB: true }),
  ),
  check('FusedMatMul', 'scores of named size', [normal('rows', 2, 'time', 3), normal('rows', 2, 'time', 3)], (q, k) =>
    op.matmul(q, k, { transB: true }),
  ),
  check('MatMul', 'of named inner size', [normal('rows', 'time', 'time'), normal('rows', 'time', 2)], (p, v) =>
    op.matmul(p, v),
  ),
];

const normalisation: readonly GradientCase[] = [
  check('Softmax', '', [normal(2, 3, 4)], (x) => op.softmax(x)),
  check('Softmax', 'over a named size', [normal('rows', 'time')], (x) => op.softmax(x)),
  check('LogSoftmax', '', [normal(2, 5)], (x) => op.logSoftmax(x)),
  check('LogSoftmax', 'over a named size', [normal('rows', 'time')], (x) => op.logSoftmax(x)),
  check('LayerNormalization', '', [normal(2, 3, 5), normal(5), normal(5)], (x, weight, bias) =>
    op.layerNorm(x, weight, bias, 1e-5),
  ),
  check('LayerNormalization', 'epsilon counts, named sizes', [normal('rows', 4), normal(4), normal(4)], (x, w, b) =>
    op.layerNorm(x, w, b, 0.5),
  ),
  check('SimplifiedLayerNormalization', '', [normal(2, 3, 5), normal(5)], (x, weight) => op.rmsNorm(x, weight, 1e-5)),
  check('SimplifiedLayerNormalization', 'epsilon counts, named sizes', [normal('rows', 4), normal(4)], (x, w) =>
    op.rmsNorm(x, w, 0.5),
  ),
  ...[false, true].map((interleaved) =>
    check(
      'RotaryEmbedding',
      interleaved ? 'neighbours' : 'halves',
      [normal('rows', 2, 'time', 4), indices(['rows', 'time'], [0, 1, 2, 4, 2, 3])],
      (x, positions) => {
        const angles = Float32Array.from({ length: 10 }, (_, index) => index / 3);
        const table = x.graph.constant('float32', [5, 2], angles);
        return op.rotary(x, positions, op.cos(table), op.sin(table), interleaved);
      },
    ),
  ),
  ...[false, true].map((interleaved) =>
    check(
      'RotaryEmbedding',
      `${interleaved ? 'neighbours' : 'halves'} of the first features only`,
      [normal('rows', 2, 'time', 6), indices(['rows', 'time'], [0, 1, 2, 4, 2, 3])],
      (x, positions) => {
        const angles = Float32Array.from({ length: 10 }, (_, index) => index / 3);
        const table = x.graph.constant('float32', [5, 2], angles);
        return op.rotary(x, positions, op.cos(table), op.sin(table), interleaved);
      },
    ),
  ),
];

const reductions: readonly GradientCase[] = [
  check('ReduceSum', 'all axes', [normal(2, 3)], (x) => op.sumAll(x)),
  check('ReduceSum', 'a negative axis, kept', [normal(2, 3, 4)], (x) => op.reduceSum(x, [-2], true)),
  check('ReduceSum', 'two axes, dropped', [normal(2, 3, 4)], (x) => op.reduceSum(x, [0, -1])),
  check('ReduceSum', 'a named axis, dropped', [normal('rows', 'time', 2)], (x) => op.reduceSum(x, [1])),
  check('ReduceMean', 'all axes', [normal(2, 3)], (x) => op.reduceMean(x, [0, 1])),
  check('ReduceMean', 'a negative axis, kept', [normal(2, 3, 4)], (x) => op.reduceMean(x, [-2], true)),
  check('ReduceMean', 'the last axis beside named ones', [normal('rows', 'time', 4)], (x) => op.reduceMean(x, [-1])),
];

const layout: readonly GradientCase[] = [
  check('Reshape', '', [normal(2, 6)], (x) => op.reshape(x, [3, 4])),
  check('Reshape', 'named sizes merged', [normal('rows', 'time', 2)], (x) => op.reshape(x, ['rows*time', 2])),
  check('Reshape', 'named sizes parted', [normal('rows*time', 4), normal('rows', 'time')], (x, sizes) =>
    op.mul(op.reshape(x, ['rows', 'time', 2, 2]), op.reshape(sizes, ['rows', 'time', 1, 1])),
  ),
  check('Expand', '', [normal(3, 1)], (x) => op.expand(x, [2, 3, 4])),
  check('Expand', 'to named sizes', [normal(1, 2), normal('rows', 'time', 2)], (x, y) =>
    op.mul(op.expand(x, ['rows', 'time', 2]), y),
  ),
  check('Transpose', 'a permutation that is not its own inverse', [normal(2, 3, 4)], (x) => op.transpose(x, [1, 2, 0])),
  check('Transpose', 'negative axes, named sizes', [normal('rows', 'time', 2)], (x) => op.transpose(x, [-1, 0, 1])),
  check('Concat', 'an inner axis', [normal(2, 1, 2), normal(2, 3, 2), normal(2, 2, 2)], (a, b, c) =>
    op.concat([a, b, c], 1),
  ),
  check('Concat', 'a negative axis, the same value twice', [normal('rows', 2), normal('rows', 1)], (a, b) =>
    op.concat([a, b, a], -1),
  ),
  check('Slice', 'the middle of an axis', [normal(2, 5)], (x) => op.slice(x, 1, 1, 3)),
  check('Slice', 'the end of a negative axis', [normal('rows', 4, 2)], (x) => op.slice(x, -2, 2, 4)),
  check('Slice', 'both parts of a split', [normal(2, 4)], (x) => {
    const { head, last } = op.splitLast(x, 3);
    return op.mul(head, last);
  }),
  check('Pad', 'on both sides', [normal(2, 3)], (x) => op.pad(x, -1, 1, 2)),
  check('Pad', 'before only', [normal(2, 3)], (x) => op.pad(x, 0, 2, 0)),
  check('Pad', 'after only', [normal('rows', 3)], (x) => op.pad(x, 1, 0, 2)),
];

const indexing: readonly GradientCase[] = [
  check('Gather', 'repeated rows', [normal(4, 3), indices([5], [1, 3, 1, 1, 0])], (x, at) => op.gather(x, at)),
  check('Gather', 'of named sizes', [normal(4, 3), indices(['rows', 'time'], [2, 2, 0, 2, 3, 0])], (x, at) =>
    op.gather(x, at),
  ),
  check('Gather', 'of scalars', [normal(4), indices([2, 2], [3, 0, 3, 3])], (x, at) => op.gather(x, at)),
  check('Gather', 'of matrices', [normal(3, 2, 2), indices([2], [2, 2])], (x, at) => op.gather(x, at)),
  check('Gather', 'one row', [normal(3, 2), indices([], [1])], (x, at) => op.gather(x, at)),
  check('GatherElements', 'repeated', [normal(2, 4), indices([2, 3], [0, 3, 3, 1, 1, 1])], (x, at) =>
    op.gatherElements(x, at),
  ),
  check('GatherElements', 'of named sizes', [normal('rows', 4), indices(['rows', 1], [2, 0])], (x, at) =>
    op.gatherElements(x, at),
  ),
  check(
    'ScatterElements',
    'repeated',
    [normal(2, 4), indices([2, 3], [0, 3, 3, 1, 1, 1]), normal(2, 3)],
    (x, at, updates) => op.scatterAdd(x, at, updates, -1),
  ),
];

export const gradientCases: readonly GradientCase[] = [
  ...elementwise,
  ...matrixProducts,
  ...namedProducts,
  ...normalisation,
  ...reductions,
  ...layout,
  ...indexing,
];
