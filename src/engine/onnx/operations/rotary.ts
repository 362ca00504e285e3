/** Rotary position embedding. */
import type { Value } from '../graph.ts';
import { sameShape, ShapeError } from '../shape.ts';
import { single } from './single.ts';

/**
 * Rotary position embedding, arXiv:2104.09864, on `[rows, heads, time, size]`; positions `[rows, time]`, cosines and sines
 * `[positions, pairs]`. The first 2 * pairs features are rotated, halves of them against each other (Llama), or neighbours when
 * interleaved (GPT-J); the others stay as they are.
 */
export function rotary(x: Value, positions: Value, cosines: Value, sines: Value, interleaved = false): Value {
  const [rows, heads, time, size] = x.shape;
  if (
    rows === undefined ||
    time === undefined ||
    typeof heads !== 'number' ||
    typeof size !== 'number' ||
    x.shape.length !== 4
  )
    throw new ShapeError('RotaryEmbedding', 'needs [rows, heads, time, size] of fixed heads and size', x.shape);
  if (!sameShape(positions.shape, [rows, time]))
    throw new ShapeError('RotaryEmbedding', 'positions must be [rows, time]', x.shape, positions.shape);
  const [, pairs] = cosines.shape;
  if (
    cosines.shape.length !== 2 ||
    typeof pairs !== 'number' ||
    !sameShape(cosines.shape, sines.shape) ||
    2 * pairs > size
  )
    throw new ShapeError(
      'RotaryEmbedding',
      'cosines and sines must be [positions, pairs], at most size/2 of them',
      x.shape,
      cosines.shape,
      sines.shape,
    );
  const partial = 2 * pairs < size ? { rotary_embedding_dim: 2 * pairs, num_heads: heads } : {};
  const attributes = { interleaved: Number(interleaved), ...partial };
  return single('RotaryEmbedding', [x, positions, cosines, sines], x.dtype, x.shape, attributes, 'com.microsoft');
}
