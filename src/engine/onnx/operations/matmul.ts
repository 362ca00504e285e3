/** Matrix products. */
import type { Value } from '../graph.ts';
import { broadcastShapes, dimAt, sameShape, ShapeError } from '../shape.ts';
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

/** a @ b, or a @ b^T, plus a vector, of matrices alone: the standard operator, for which every provider has a kernel. */
export function gemm(a: Value, b: Value, options: { readonly transB: boolean; readonly bias: Value | null }): Value {
  const { transB, bias } = options;
  const [rows, inner] = a.shape;
  const [innerB, columns] = transB ? b.shape.toReversed() : b.shape;
  if (rows === undefined || columns === undefined || a.shape.length !== 2 || b.shape.length !== 2)
    throw new ShapeError('Gemm', 'operands need two axes', a.shape, b.shape);
  if (inner !== innerB) throw new ShapeError('Gemm', `inner sizes ${inner} and ${innerB} differ`, a.shape, b.shape);
  if (bias && !sameShape(bias.shape, [columns]))
    throw new ShapeError('Gemm', 'the bias must have the size of the last axis', b.shape, bias.shape);
  return single('Gemm', bias ? [a, b, bias] : [a, b], a.dtype, [rows, columns], { transB: Number(transB) });
}
