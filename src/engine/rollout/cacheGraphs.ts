/** The graphs that move tensors to a graphics card's memory and, all layers at once, keys and values within it. */
import { Graph, type Value } from '../onnx/graph.ts';
import { concat, gather, where } from '../onnx/operations.ts';
import { serialize, type ModelBytes } from '../onnx/serialize.ts';
import type { Feeds } from '../onnx/session.ts';
import type { KvCacheShape } from './kvCache.ts';

/** Names of inputs and outputs. */
export const CACHE_NAMES = {
  /** int64 `[rows]`: of the rows held, and of those added after them, which there shall be. */
  rows: 'rows',
  /** int64 `[capacity]`: the places that are taken of the rows held, and of those added. */
  heldPlaces: 'heldPlaces',
  addedPlaces: 'addedPlaces',
  /** bool `[rows, 1, capacity, 1]`: whether a place gets the new token. */
  isNew: 'isNew',
  /** Of a layer. */
  held: (layer: number) => ({ keys: `held.${layer}.keys`, values: `held.${layer}.values` }),
  added: (layer: number) => ({ keys: `added.${layer}.keys`, values: `added.${layer}.values` }),
  next: (layer: number) => ({ keys: `next.${layer}.keys`, values: `next.${layer}.values` }),
} as const;

/** Rows `[held, heads, heldCapacity, size]` and others `[added, heads, time, size]` to `[rows, heads, capacity, size]`. */
export function buildArrangeGraph(shape: KvCacheShape): ModelBytes {
  const graph = new Graph();
  const rows = graph.input(CACHE_NAMES.rows, 'int64', ['rows']);
  const heldPlaces = graph.input(CACHE_NAMES.heldPlaces, 'int64', ['capacity']);
  const addedPlaces = graph.input(CACHE_NAMES.addedPlaces, 'int64', ['capacity']);
  return everyLayer(graph, shape, ['held', 'heldCapacity'], ['added', 'time'], (held, added) =>
    gather(concat([gather(held, heldPlaces, 2), gather(added, addedPlaces, 2)], 0), rows),
  );
}

/** One new token of each row, `[rows, heads, 1, size]`, to its place in `[rows, heads, capacity, size]`. */
export function buildAppendGraph(shape: KvCacheShape): ModelBytes {
  const graph = new Graph();
  const isNew = graph.input(CACHE_NAMES.isNew, 'bool', ['rows', 1, 'capacity', 1]);
  return everyLayer(graph, shape, ['rows', 'capacity'], ['rows', 1], (held, added) => where(isNew, added, held));
}

/** The output that an input has become on the device. */
export const uploadedName = (input: string): string => `device.${input}`;

/** Float32 tensors of these names and shapes, each as it is. */
export function buildUploadGraph(feeds: Feeds): ModelBytes {
  const graph = new Graph();
  const inputs = Object.entries(feeds).map(([name, { dims }]) => graph.input(name, 'float32', dims));
  return serialize(graph, Object.fromEntries(inputs.map((input) => [uploadedName(input.name), input])));
}

type RowsAndTime = readonly [rows: string, time: string | number];

function everyLayer(
  graph: Graph,
  { layers, keyValueHeads, headSize }: KvCacheShape,
  [heldRows, capacity]: RowsAndTime,
  [addedRows, time]: RowsAndTime,
  next: (held: Value, added: Value) => Value,
): ModelBytes {
  const outputs: Record<string, Value> = {};
  for (let layer = 0; layer < layers; layer++)
    for (const kind of ['keys', 'values'] as const) {
      const held = graph.input(CACHE_NAMES.held(layer)[kind], 'float32', [heldRows, keyValueHeads, capacity, headSize]);
      const added = graph.input(CACHE_NAMES.added(layer)[kind], 'float32', [addedRows, keyValueHeads, time, headSize]);
      outputs[CACHE_NAMES.next(layer)[kind]] = next(held, added);
    }
  return serialize(graph, outputs);
}
