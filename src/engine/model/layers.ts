/** The layers of an architecture, one after the other. */
import type { Value } from '../onnx/graph.ts';

/**
 * x `[tokens, hidden]` through layers: `through` adds one, and all that it reads of those before it is its x. In training each may be
 * computed a second time for its gradient (`onnx/recomputation.ts`).
 *
 * @param layers what tells them apart, such as their numbers
 */
export function throughLayers<Layer>(
  x: Value,
  layers: Iterable<Layer>,
  through: (x: Value, layer: Layer) => Value,
): Value {
  let output = x;
  for (const layer of layers) {
    const input = output;
    output = x.graph.segment(input, () => through(input, layer));
  }
  return output;
}
