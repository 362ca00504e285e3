/** Matrices of a frozen base in few bits, as graphs multiply with them. */
import type { Graph, Value } from '../onnx/graph.ts';

/** Where the values of a matrix lie in an array. */
export interface MatrixLayout {
  readonly outFeatures: number;
  readonly inFeatures: number;
  /** `in-out` where the array is the transpose, `[inFeatures, outFeatures]`. */
  readonly layout: 'in-out' | 'out-in';
}

/** W `[outFeatures, inFeatures]` in a graph. What is rounded is that of the numbers kept, so forward and backward have the same W. */
export interface FrozenMatrix {
  readonly outFeatures: number;
  /** x W^T of x `[rows, inFeatures]`. */
  readonly forward: (x: Value) => Value;
  /** dy W of dy `[rows, outFeatures]`. */
  readonly backward: (dy: Value) => Value;
  /** W in float32, made at each run. */
  readonly dequantized: () => Value;
}

/** The matrix of a weight's name; null where that is not in few bits. */
export type FrozenMatrices = (graph: Graph, weight: string) => FrozenMatrix | null;

/** x W^T with its gradient for x: W has none. */
export function frozenProduct(x: Value, { forward, backward }: FrozenMatrix): Value {
  const [y] = x.graph.composite(
    [x],
    () => [forward(x)],
    ([dy]) => [dy ? backward(dy) : null],
  );
  if (!y) throw new Error('a product has an output');
  return y;
}
