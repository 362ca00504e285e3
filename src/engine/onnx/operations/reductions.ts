/** Reductions over axes, running sums and the largest elements. */
import type { Value } from '../graph.ts';
import { normalizeAxis, sameShape, ShapeError, type Dim } from '../shape.ts';
import { single } from './single.ts';

function reduce(type: string, x: Value, axes: readonly number[], keepDims: boolean): Value {
  // For ONNX no axes are all axes.
  if (axes.length === 0) return x;
  const reduced = new Set(axes.map((axis) => normalizeAxis(type, axis, x.shape)));
  const shape = x.shape.flatMap((dim, axis) => (reduced.has(axis) ? (keepDims ? [1] : []) : [dim]));
  return single(type, [x, x.graph.ints([...reduced])], x.dtype, shape, { keepdims: Number(keepDims) });
}

export const reduceSum = (x: Value, axes: readonly number[], keepDims = false): Value =>
  reduce('ReduceSum', x, axes, keepDims);
export const reduceMean = (x: Value, axes: readonly number[], keepDims = false): Value =>
  reduce('ReduceMean', x, axes, keepDims);
export const reduceMax = (x: Value, axes: readonly number[], keepDims = false): Value =>
  reduce('ReduceMax', x, axes, keepDims);

/** The sum of all elements, a scalar. */
export const sumAll = (x: Value): Value => reduceSum(x, [...x.shape.keys()]);

/** Index of the largest element of the last axis (the first one among equals), int64, axis dropped. */
export function argMax(x: Value): Value {
  normalizeAxis('ArgMax', -1, x.shape);
  return single('ArgMax', [x], 'int64', x.shape.slice(0, -1), { axis: -1, keepdims: 0 });
}

/** Sums along the last axis up to and including each element, or excluding it. */
export function cumSum(x: Value, options: { readonly exclusive?: boolean } = {}): Value {
  normalizeAxis('CumSum', -1, x.shape);
  const exclusive = Number(options.exclusive ?? false);
  return single('CumSum', [x, x.graph.scalar(-1, 'int64')], x.dtype, x.shape, { exclusive });
}

/**
 * The k largest of the last axis in descending order, the lower index first among equals: values and int64 indices. `k` is int64 `[1]`
 * and holds what `size` stands for.
 */
export function topK(x: Value, k: Value, size: Dim): { readonly values: Value; readonly indices: Value } {
  normalizeAxis('TopK', -1, x.shape);
  if (!sameShape(k.shape, [1])) throw new ShapeError('TopK', 'k must be [1]', k.shape);
  const shape = [...x.shape.slice(0, -1), size];
  const [values, indices] = x.graph.node(
    'TopK',
    [x, k],
    [
      { dtype: x.dtype, shape },
      { dtype: 'int64', shape },
    ],
    { axis: -1 },
  );
  if (!values || !indices) throw new Error('TopK has two outputs');
  return { values, indices };
}
