/** Operations that normalise over the last axis. */
import type { Value } from '../graph.ts';
import { dimAt, normalizeAxis, sameShape, ShapeError } from '../shape.ts';
import { firstOf, single } from './single.ts';

export const softmax = (x: Value): Value => overLastAxis('Softmax', x);
export const logSoftmax = (x: Value): Value => overLastAxis('LogSoftmax', x);

function overLastAxis(type: string, x: Value): Value {
  normalizeAxis(type, -1, x.shape);
  return single(type, [x], x.dtype, x.shape, { axis: -1 });
}

/** Layer normalisation over the last axis, arXiv:1607.06450; weight and bias are `[features]`. */
export function layerNorm(x: Value, weight: Value, bias: Value, epsilon: number): Value {
  checkScale('LayerNormalization', x, weight);
  checkScale('LayerNormalization', x, bias);
  const statistics = { dtype: x.dtype, shape: [...x.shape.slice(0, -1), 1] };
  return firstOf(
    x.graph.node('LayerNormalization', [x, weight, bias], [x, statistics, statistics], { axis: -1, epsilon }),
  );
}

/** Root-mean-square normalisation over the last axis, arXiv:1910.07467; weight is `[features]`. */
export function rmsNorm(x: Value, weight: Value, epsilon: number): Value {
  checkScale('SimplifiedLayerNormalization', x, weight);
  return single('SimplifiedLayerNormalization', [x, weight], x.dtype, x.shape, { axis: -1, epsilon, stash_type: 1 });
}

function checkScale(type: string, x: Value, scale: Value): void {
  if (!sameShape(scale.shape, [dimAt(type, x.shape, -1)]))
    throw new ShapeError(type, 'weight and bias must have the size of the last axis', x.shape, scale.shape);
}
