/** Operations that compute nothing, and say when something is computed. */
import type { Value } from '../graph.ts';
import { sameShape, ShapeError } from '../shape.ts';
import { single } from './single.ts';

/**
 * A value once another is there that has the same leading sizes: under the shape read from that one, which it has already, so nothing is
 * copied. ONNX Runtime takes two computations on one value for the same and makes them one, and where an order is free it chooses; this
 * leaves it neither.
 */
export function after(value: Value, other: Value): Value {
  const { dtype, shape } = value;
  if (!sameShape(other.shape.slice(0, shape.length), shape))
    throw new ShapeError('after', 'leading sizes differ', shape, other.shape);
  const sizes = single('Shape', [other], 'int64', [shape.length], { start: 0, end: shape.length });
  return single('Reshape', [value, sizes], dtype, shape, { allowzero: 1 });
}
