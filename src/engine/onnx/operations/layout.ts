/** Operations that move elements without changing them. */
import type { Value } from '../graph.ts';
import { shapeVector } from '../runtimeShape.ts';
import {
  broadcastShapes,
  dimAt,
  dimProduct,
  dimSum,
  normalizeAxis,
  sameShape,
  ShapeError,
  type Dim,
  type Shape,
} from '../shape.ts';
import { zeros } from './filled.ts';
import { single } from './single.ts';

/**
 * The same elements under another shape; at run time its named sizes come from the input itself or from the graph's inputs. A size may
 * be 0 then, but not where it keeps its place and another is merged or parted: ONNX Runtime cannot infer that one.
 */
export function reshape(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  if (dimProduct(x.shape) !== dimProduct(shape))
    throw new ShapeError('Reshape', 'element counts differ', x.shape, shape);
  // Reshape copies a size from its place in the input for 0 and infers one for -1, which is enough for most shapes.
  const pattern = shape.map((dim, axis) => (typeof dim === 'number' ? dim : x.shape[axis] === dim ? 0 : -1));
  if (!shape.includes(0) && pattern.filter((entry) => entry === -1).length <= 1)
    return single('Reshape', [x, x.graph.ints(pattern)], x.dtype, shape);
  return single('Reshape', [x, shapeVector(x.graph, shape, x)], x.dtype, shape, { allowzero: 1 });
}

/** Broadcasts to a shape. */
export function expand(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  if (!sameShape(broadcastShapes('Expand', x.shape, shape), shape))
    throw new ShapeError('Expand', 'does not broadcast', x.shape, shape);
  return single('Expand', [x, shapeVector(x.graph, shape, x)], x.dtype, shape);
}

export function transpose(x: Value, permutation: readonly number[]): Value {
  const perm = permutation.map((axis) => normalizeAxis('Transpose', axis, x.shape));
  if (perm.length !== x.shape.length || new Set(perm).size !== perm.length)
    throw new ShapeError('Transpose', `[${permutation.join()}] is no permutation of the axes`, x.shape);
  return single(
    'Transpose',
    [x],
    x.dtype,
    perm.map((axis) => dimAt('Transpose', x.shape, axis)),
    { perm },
  );
}

export function concat(parts: readonly Value[], axis: number): Value {
  const [head] = parts;
  if (!head) throw new ShapeError('Concat', 'needs an operand');
  if (parts.length === 1) return head;
  const position = normalizeAxis('Concat', axis, head.shape);
  const shape = [...head.shape];
  for (const part of parts.slice(1)) {
    if (part.shape.length !== shape.length || part.shape.some((dim, at) => at !== position && dim !== shape[at]))
      throw new ShapeError('Concat', `sizes differ outside axis ${position}`, shape, part.shape);
    shape[position] = dimSum(dimAt('Concat', shape, position), dimAt('Concat', part.shape, position));
  }
  return single('Concat', parts, head.dtype, shape, { axis: position });
}

/** Elements `start <= i < end` of an axis of fixed size. */
export function slice(x: Value, axis: number, start: number, end: number): Value {
  const position = normalizeAxis('Slice', axis, x.shape);
  const size = dimAt('Slice', x.shape, position);
  if (typeof size !== 'number') throw new ShapeError('Slice', `the size of axis ${position} must be a number`, x.shape);
  if (start < 0 || end > size || start > end)
    throw new ShapeError('Slice', `${start}..${end} is outside axis ${position}`, x.shape);
  if (start === 0 && end === size) return x;
  const { graph } = x;
  const shape = x.shape.map((dim, at) => (at === position ? end - start : dim));
  return single('Slice', [x, graph.ints([start]), graph.ints([end]), graph.ints([position])], x.dtype, shape);
}

/** Parts a last axis of size `head + 1` into its first `head` elements and the last one; a named size has no gradient. */
export function splitLast(x: Value, head: Dim): { readonly head: Value; readonly last: Value } {
  if (dimAt('Slice', x.shape, -1) !== dimSum(head, 1))
    throw new ShapeError('Slice', `the last axis is not ${head} + 1`, x.shape);
  if (typeof head === 'number') return { head: slice(x, -1, 0, head), last: slice(x, -1, head, head + 1) };
  const { graph } = x;
  const outer = x.shape.slice(0, -1);
  const part = (start: number, end: number, size: Dim): Value =>
    single('Slice', [x, graph.ints([start]), graph.ints([end]), graph.ints([-1])], x.dtype, [...outer, size]);
  return { head: part(0, -1, head), last: part(-1, Number.MAX_SAFE_INTEGER, 1) };
}

/**
 * Parts an axis into pieces of these sizes, which may be named and make up the whole of it. The gradient of the parts is put together in
 * one go, where those of slices would each be padded to the whole and added up.
 */
export function split(x: Value, axis: number, sizes: readonly Dim[]): readonly Value[] {
  const position = normalizeAxis('Split', axis, x.shape);
  const total = sizes.reduce<Dim>((sum, size) => dimSum(sum, size), 0);
  if (dimAt('Split', x.shape, position) !== total)
    throw new ShapeError('Split', `the sizes of axis ${position} come to ${total}`, x.shape);
  if (sizes.length === 1) return [x];
  const { graph } = x;
  const shapes = sizes.map((size) => x.shape.with(position, size));
  return graph.composite(
    [x],
    () =>
      graph.node(
        'Split',
        [x, shapeVector(graph, sizes)],
        shapes.map((shape) => ({ dtype: x.dtype, shape })),
        { axis: position },
      ),
    (gradients) => [
      concat(
        gradients.map((gradient, index) => gradient ?? zeros(graph, shapes[index] ?? [])),
        position,
      ),
    ],
  );
}

/** Adds zeros before and after an axis. */
export function pad(x: Value, axis: number, before: number, after: number): Value {
  if (before === 0 && after === 0) return x;
  if (before < 0 || after < 0) throw new ShapeError('Pad', `cannot add ${before} and ${after} elements`, x.shape);
  const position = normalizeAxis('Pad', axis, x.shape);
  const widths = [before, after].flatMap((width) => x.shape.map((_, at) => (at === position ? width : 0)));
  const shape = x.shape.map((dim, at) => (at === position ? dimSum(dim, before + after) : dim));
  return single('Pad', [x, x.graph.ints(widths)], x.dtype, shape);
}
