/** Rotary position embedding. */
import type { Value } from '../graph.ts';
import { sameShape, ShapeError } from '../shape.ts';
import { single } from './single.ts';

/**
 * Rotary position embedding, arXiv:2104.09864, on `[rows, heads, time, size]`; positions `[rows, time]`, cosines and sines
 * `[positions, size/2]`. Halves are rotated against each other (Llama), or neighbours when interleaved (GPT-J).
 */
export function rotary(x: Value, positions: Value, cosines: Value, sines: Value, interleaved = false): Value {
  const [rows, , time, size] = x.shape;
  if (rows === undefined || time === undefined || typeof size !== 'number' || x.shape.length !== 4)
    throw new ShapeError('RotaryEmbedding', 'needs [rows, heads, time, size] of fixed size', x.shape);
  if (!sameShape(positions.shape, [rows, time]))
    throw new ShapeError('RotaryEmbedding', 'positions must be [rows, time]', x.shape, positions.shape);
  if (cosines.shape.length !== 2 || cosines.shape[1] !== size / 2 || !sameShape(cosines.shape, sines.shape))
    throw new ShapeError(
      'RotaryEmbedding',
      'cosines and sines must be [positions, size/2]',
      x.shape,
      cosines.shape,
      sines.shape,
    );
  const attributes = { interleaved: Number(interleaved) };
  return single('RotaryEmbedding', [x, positions, cosines, sines], x.dtype, x.shape, attributes, 'com.microsoft');
}
