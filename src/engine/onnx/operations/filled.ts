/** Tensors whose size is known when the graph runs. */
import type { Graph, Value } from '../graph.ts';
import { dimension, shapeVector } from '../runtimeShape.ts';
import type { Dim, Shape } from '../shape.ts';
import { single } from './single.ts';

/** Zeros of a shape whose named sizes are known when the graph runs. */
export function zeros(graph: Graph, shape: Shape): Value {
  return single('ConstantOfShape', [shapeVector(graph, shape)], 'float32', shape);
}

/** 0, 1, ... up to a size, int64. */
export function range(graph: Graph, size: Dim): Value {
  if (typeof size === 'number') return graph.ints(Array.from({ length: size }, (_, i) => i));
  const end = single('Squeeze', [dimension(graph, size), graph.ints([0])], 'int64', []);
  return single('Range', [graph.scalar(0, 'int64'), end, graph.scalar(1, 'int64')], 'int64', [size]);
}
