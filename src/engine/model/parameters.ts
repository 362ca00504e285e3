/** Where a graph's parameters come from: frozen ones stay memory-mapped in their files, trainable ones are fed at every run. */
import type { Graph, Value } from '../onnx/graph.ts';
import type { WeightReference } from './weightFiles.ts';

export type ParameterSource = (graph: Graph, name: string, shape: readonly number[]) => Value;

/** Parameters that are constants of the graph, read from the weights files by memory map. */
export function frozenParameters(weights: ReadonlyMap<string, WeightReference>): ParameterSource {
  return once((graph, name, shape) => {
    const reference = weights.get(name);
    if (!reference) throw new RangeError(`the model's weights lack ${name}`);
    const { file, offset, length } = reference;
    return graph.weight(name, 'float32', shape, { file, offset, bytes: length });
  });
}

/** Parameters that are inputs of the graph under their names. */
export function fedParameters(): ParameterSource {
  return once((graph, name, shape) => graph.input(name, 'float32', shape));
}

/** One value per graph and name, so that a tied parameter is one node. */
function once(source: ParameterSource): ParameterSource {
  const made = new WeakMap<Graph, Map<string, Value>>();
  return (graph, name, shape) => {
    const values = made.get(graph) ?? new Map<string, Value>();
    made.set(graph, values);
    const value = values.get(name) ?? source(graph, name, shape);
    values.set(name, value);
    return value;
  };
}
