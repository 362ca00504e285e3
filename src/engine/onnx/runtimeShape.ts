/** Sizes and shapes that are known only when the graph runs, as int64 vectors. */
import type { Attributes, Graph, Value } from './graph.ts';
import { dimTerms, type Dim, type Shape } from './shape.ts';

/**
 * The size that a name stands for, as an int64 vector of one element: read from an input of the graph, or, for a product or sum of
 * names, computed from theirs. Throws where no input has a name as a dimension.
 */
export function dimension(graph: Graph, name: string): Value {
  return sizeOf(graph, name, null);
}

/** A shape as an int64 vector; the names that `source` has are read from it, the others as `dimension` does. */
export function shapeVector(graph: Graph, shape: Shape, source: Value | null = null): Value {
  if (shape.every((dim) => typeof dim === 'number')) return graph.ints(shape);
  const parts = shape.map((dim) => sizeOf(graph, dim, source));
  return parts.length === 1 && parts[0] ? parts[0] : vector(graph, 'Concat', parts, parts.length, { axis: 0 });
}

function sizeOf(graph: Graph, dim: Dim, source: Value | null): Value {
  if (typeof dim === 'number') return graph.ints([dim]);
  if (source?.shape.includes(dim)) return read(source, source.shape.indexOf(dim));
  const terms = dimTerms(dim);
  const compound = terms.length > 1 || terms.some(({ factor, names }) => factor !== 1 || names.length > 1);
  if (!compound || graph.inputs.some((input) => input.shape.includes(dim))) {
    const { input, axis } = graph.inputWithDim(dim);
    return read(input, axis);
  }
  return terms
    .map(({ factor, names }) => {
      const sizes = names.map((name) => sizeOf(graph, name, source));
      const factors = factor === 1 && sizes.length > 0 ? sizes : [graph.ints([factor]), ...sizes];
      return factors.reduce((product, size) => vector(graph, 'Mul', [product, size], 1));
    })
    .reduce((sum, product) => vector(graph, 'Add', [sum, product], 1));
}

const read = (value: Value, axis: number): Value =>
  vector(value.graph, 'Shape', [value], 1, { start: axis, end: axis + 1 });

function vector(graph: Graph, type: string, inputs: readonly Value[], length: number, attributes?: Attributes): Value {
  const [output] = graph.node(type, inputs, [{ dtype: 'int64', shape: [length] }], attributes);
  if (!output) throw new Error(`${type} has an output`);
  return output;
}
