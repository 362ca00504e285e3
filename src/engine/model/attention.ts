/**
 * Causal attention over whole sequences, written out as matrix products and a softmax (arXiv:1706.03762). Grouped queries
 * (arXiv:2305.13245) stand beside each other on the time axis, so that keys and values are never repeated. One new token per row attends
 * in `sharedPromptAttention.ts`.
 */
import type { Graph, Value } from '../onnx/graph.ts';
import {
  add,
  and,
  cast,
  cos,
  expand,
  greater,
  lessOrEqual,
  matmul,
  mul,
  range,
  reshape,
  rotary,
  sin,
  softmax,
  sub,
  transpose,
  where,
} from '../onnx/operations.ts';
import type { Dim } from '../onnx/shape.ts';
import { dimProduct } from '../onnx/shape.ts';
import type { AttentionSpec, RotarySpec } from './architecture.ts';

/** Added to the scores of keys that a query must not see; far below any score, and finite so that no row becomes NaN. */
export const MASKED = -1e30;

/** What attention over whole sequences returns; keys and values `[rows, keyValueHeads, time, headSize]` as a cache holds them. */
export interface SequenceAttention {
  readonly output: Value;
  readonly keys: Value;
  readonly values: Value;
}

/** Attention of `[rows * time, ...]` within each row; every row starts at position 0. */
export function sequenceAttention(
  q: Value,
  k: Value,
  v: Value,
  spec: AttentionSpec,
  rows: Dim,
  time: Dim,
): SequenceAttention {
  const { graph } = q;
  const split = (x: Value, heads: number): Value =>
    transpose(reshape(x, [rows, time, heads, spec.headSize]), [0, 2, 1, 3]);
  const rotate = (x: Value): Value => (spec.rotary ? rotateSequence(x, spec.rotary, rows, time) : x);
  const queries = scaled(rotate(split(q, spec.heads)), spec);
  const keys = rotate(split(k, spec.keyValueHeads));
  const values = split(v, spec.keyValueHeads);
  const grouped = [rows, spec.keyValueHeads, dimProduct([spec.heads / spec.keyValueHeads, time])];
  const scores = matmul(reshape(queries, [...grouped, spec.headSize]), keys, { transB: true });
  const visible = add(reshape(scores, [rows, spec.heads, time, time]), causalMask(graph, time, spec.window));
  const attended = matmul(reshape(softmax(visible), [...grouped, time]), values);
  const merged = transpose(reshape(attended, [rows, spec.heads, time, spec.headSize]), [0, 2, 1, 3]);
  return { output: reshape(merged, [dimProduct([rows, time]), spec.heads * spec.headSize]), keys, values };
}

/** The queries times the scale, as a vector: a scalar would be folded into the product's alpha, which has slow kernels. */
export function scaled(queries: Value, spec: AttentionSpec): Value {
  const vector = new Float32Array(spec.headSize).fill(spec.scale);
  return mul(queries, queries.graph.constant('float32', [spec.headSize], vector));
}

/** `[time, time]`: 0 where a query sees a key, else far below 0. */
export function causalMask(graph: Graph, time: Dim, window: number | null): Value {
  const query = reshape(range(graph, time), [time, 1]);
  const key = reshape(range(graph, time), [1, time]);
  const causal = lessOrEqual(key, query);
  return where(window === null ? causal : and(causal, greater(key, sub(query, window))), graph.scalar(0), MASKED);
}

function rotateSequence(x: Value, spec: RotarySpec, rows: Dim, time: Dim): Value {
  const positions = range(x.graph, time);
  const { cosines, sines } = rotaryTables(positions, spec, time);
  return rotary(x, expand(reshape(positions, [1, time]), [rows, time]), cosines, sines, spec.interleaved);
}

/** One position per row: the tables hold a line for each row, and the row's index takes the place of the position. */
export function rotateStep(x: Value, spec: RotarySpec, positions: Value, rows: Dim): Value {
  const { cosines, sines } = rotaryTables(positions, spec, rows);
  return rotary(x, reshape(range(x.graph, rows), [rows, 1]), cosines, sines, spec.interleaved);
}

/** cos and sin of position times frequency, `[count, frequencies]`. */
export function rotaryTables(
  positions: Value,
  { frequencies }: RotarySpec,
  count: Dim,
): { cosines: Value; sines: Value } {
  const base = positions.graph.constant('float32', [1, frequencies.length], Float32Array.from(frequencies));
  const angles = mul(reshape(cast(positions, 'float32'), [count, 1]), base);
  return { cosines: cos(angles), sines: sin(angles) };
}
