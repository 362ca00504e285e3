/** What all operations are made with. */
import type { Attributes, Node, Value } from '../graph.ts';
import type { Shape } from '../shape.ts';
import type { DType } from '../valueType.ts';

/** Adds a node with one output. */
export function single(
  type: string,
  inputs: readonly (Value | null)[],
  dtype: DType,
  shape: Shape,
  attributes?: Attributes,
  domain?: Node['domain'],
): Value {
  const graph = inputs.find((input) => input !== null)?.graph;
  if (!graph) throw new Error(`${type} needs an input`);
  return firstOf(graph.node(type, inputs, [{ dtype, shape }], attributes, domain));
}

export function firstOf(outputs: readonly Value[]): Value {
  const [output] = outputs;
  if (!output) throw new Error('an operation has an output');
  return output;
}
