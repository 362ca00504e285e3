/** Matrix products. */
import type { Value } from '../graph.ts';
import { broadcastShapes, dimAt, ShapeError } from '../shape.ts';
import { single } from './single.ts';

/**
 * a @ b over the last two axes with broadcasting of the others, either transposed first. A matrix on the right of a higher-rank
 * left operand is applied to each of its rows.
 */
export function matmul(
  a: Value,
  b: Value,
  options: { readonly transA?: boolean; readonly transB?: boolean } = {},
): Value {
  const { transA = false, transB = false } = options;
  if (a.shape.length < 2 || b.shape.length < 2)
    throw new ShapeError('MatMul', 'operands need two or more axes', a.shape, b.shape);
  const rows = dimAt('MatMul', a.shape, transA ? -1 : -2);
  const inner = dimAt('MatMul', a.shape, transA ? -2 : -1);
  const innerB = dimAt('MatMul', b.shape, transB ? -1 : -2);
  const columns = dimAt('MatMul', b.shape, transB ? -2 : -1);
  if (inner !== innerB) throw new ShapeError('MatMul', `inner sizes ${inner} and ${innerB} differ`, a.shape, b.shape);
  const shape = [...broadcastShapes('MatMul', a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns];
  if (!transA && !transB) return single('MatMul', [a, b], a.dtype, shape);
  return single(
    'FusedMatMul',
    [a, b],
    a.dtype,
    shape,
    { transA: Number(transA), transB: Number(transB) },
    'com.microsoft',
  );
}
