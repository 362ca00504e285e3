/** Where a graph's parameters come from: frozen ones stay memory-mapped in their files, trainable ones are fed at every run. */
import type { ExternalData, Graph, Value } from '../onnx/graph.ts';
import { UserError } from '../protocol/errors.ts';
import type { Architecture } from './architecture.ts';

/** The tensors of a model folder as ONNX Runtime can reference them: all in float32, in files of one real folder. */
export interface WeightTable {
  readonly folder: string;
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: ExternalData }>;
}

export type ParameterSource = (graph: Graph, name: string, shape: readonly number[]) => Value;

/** Parameters that are constants of the graph, read from the weights files by memory map. */
export function frozenParameters(architecture: Architecture, weights: WeightTable): ParameterSource {
  return once((graph, name, shape) => {
    const stored = storedName(architecture, weights, name);
    const tensor = stored === null ? undefined : weights.tensors.get(stored);
    if (!tensor) throw missingTensor(architecture, weights, name, shape);
    if (tensor.shape.join() !== shape.join())
      throw new UserError(
        `The tensor ${stored} in ${weights.folder} has shape [${tensor.shape.join(', ')}], but config.json asks for [${shape.join(', ')}]. ` +
          'The configuration belongs to another model, or the file is damaged: fetch the folder again.',
      );
    return graph.weight(name, 'float32', shape, tensor.data);
  });
}

/** Parameters that are inputs of the graph under their names. */
export function fedParameters(): ParameterSource {
  return once((graph, name, shape) => graph.input(name, 'float32', shape));
}

/** The name under which a parameter stands in the files, where some leave out the architecture's prefix. */
export function storedName(architecture: Architecture, weights: WeightTable, name: string): string | null {
  if (weights.tensors.has(name)) return name;
  const { optionalPrefix } = architecture;
  const bare = optionalPrefix && name.startsWith(optionalPrefix) ? name.slice(optionalPrefix.length) : null;
  return bare !== null && weights.tensors.has(bare) ? bare : null;
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

function missingTensor(architecture: Architecture, weights: WeightTable, name: string, shape: readonly number[]): UserError {
  return new UserError(
    `The model in ${weights.folder} lacks the tensor ${name} [${shape.join(', ')}] that a ${architecture.name} model needs. ` +
      'The download is incomplete, or config.json belongs to another model: fetch the folder again.',
  );
}
