/** Reading and adding elements at indices. */
import type { Value } from '../graph.ts';
import { normalizeAxis, sameShape, ShapeError, type Dim } from '../shape.ts';
import { single } from './single.ts';

/** Rows of a table `[rows, ...]` by int64 indices of any shape; along another axis there is no gradient. */
export function gather(table: Value, indices: Value, axis = 0): Value {
  if (table.shape.length === 0) throw new ShapeError('Gather', 'a scalar has no rows', table.shape);
  const position = normalizeAxis('Gather', axis, table.shape);
  const shape = table.shape.toSpliced(position, 1, ...indices.shape);
  return single('Gather', [table, indices], table.dtype, shape, { axis: position });
}

/** For each element of `indices`, the element of the last axis that it names. */
export function gatherElements(x: Value, indices: Value): Value {
  checkIndices('GatherElements', x, indices, -1);
  return single('GatherElements', [x, indices], x.dtype, indices.shape, { axis: -1 });
}

/**
 * `x` with updates added at the indices along an axis. ONNX Runtime's CPU kernel is serial, and so right and repeatable where indices
 * repeat, unlike ScatterND with a reduction (onnxruntime#18048).
 */
export const scatterAdd = (x: Value, indices: Value, updates: Value, axis: number): Value =>
  scatter('add', x, indices, updates, axis);

/** Of `x` and the updates at the indices along an axis, the largest. */
export const scatterMax = (x: Value, indices: Value, updates: Value, axis: number): Value =>
  scatter('max', x, indices, updates, axis);

/** Of `x` and the updates at the indices along an axis, the smallest. */
export const scatterMin = (x: Value, indices: Value, updates: Value, axis: number): Value =>
  scatter('min', x, indices, updates, axis);

function scatter(reduction: 'add' | 'max' | 'min', x: Value, indices: Value, updates: Value, axis: number): Value {
  checkIndices('ScatterElements', x, indices, axis);
  if (!sameShape(indices.shape, updates.shape))
    throw new ShapeError('ScatterElements', 'indices and updates differ', indices.shape, updates.shape);
  const position = normalizeAxis('ScatterElements', axis, x.shape);
  return single('ScatterElements', [x, indices, updates], x.dtype, x.shape, { axis: position, reduction });
}

/** Indices go over the whole of every axis but one. */
function checkIndices(type: string, x: Value, indices: Value, axis: number): void {
  const position = normalizeAxis(type, axis, x.shape);
  const differ = (dim: Dim, at: number): boolean => at !== position && dim !== indices.shape[at];
  if (indices.shape.length !== x.shape.length || x.shape.some(differ))
    throw new ShapeError(type, `sizes differ outside axis ${position}`, x.shape, indices.shape);
}
