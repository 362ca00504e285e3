/** Causal attention (arXiv:1706.03762) of some tokens per row over a cache and themselves, with a mask of padding. */
import type { Value } from '../onnx/graph.ts';
import {
  add,
  and,
  concat,
  greater,
  lessOrEqual,
  matmul,
  range,
  reshape,
  rotary,
  softmax,
  sub,
  transpose,
  where,
} from '../onnx/operations.ts';
import { dimension } from '../onnx/runtimeShape.ts';
import { dimProduct, dimSum } from '../onnx/shape.ts';
import type { AttentionSpec, RotarySpec } from './architecture.ts';
import { MASKED, rotaryTables, scaled, type SequenceAttention } from './attention.ts';

export interface PastContext {
  /** Of each token, int64 `[batch * sequence]`. */
  readonly positions: Value;
  /** int64 `[batch, past + sequence]`: 0 where there is padding. */
  readonly mask: Value;
  /** Names of the graph's sizes. */
  readonly batch: string;
  readonly sequence: string;
  readonly past: string;
}

/** What a layer has cached: keys and values `[batch, keyValueHeads, past, headSize]`. */
export interface PastLayer {
  readonly keys: Value;
  readonly values: Value;
}

/**
 * Attention of one layer after another: q, k and v as in `ForwardContext`, to the output `[batch * sequence, heads * headSize]` and the
 * keys and values of all tokens so far, `[batch, keyValueHeads, past + sequence, headSize]`. What a token sees is counted in places of
 * the row, padding and all, and so is a window.
 */
export function pastAttention(
  context: PastContext,
): (q: Value, k: Value, v: Value, spec: AttentionSpec, cached: PastLayer) => SequenceAttention {
  const { batch, sequence, past } = context;
  const total = dimSum(past, sequence);
  // The same for every layer of a kind.
  const masks = once((window: number | null) => mask(context, window));
  const rotations = once((spec: RotarySpec) => rotation(context, spec));
  return (q, k, v, spec, cached) => {
    const { heads, keyValueHeads, headSize } = spec;
    const split = (x: Value, count: number): Value =>
      transpose(reshape(x, [batch, sequence, count, headSize]), [0, 2, 1, 3]);
    const rotate = spec.rotary ? rotations(spec.rotary) : (x: Value): Value => x;
    const queries = scaled(rotate(split(q, heads)), spec);
    const keys = concat([cached.keys, rotate(split(k, keyValueHeads))], 2);
    const values = concat([cached.values, split(v, keyValueHeads)], 2);
    const grouped = [batch, keyValueHeads, dimProduct([heads / keyValueHeads, sequence])];
    const scores = matmul(reshape(queries, [...grouped, headSize]), transpose(keys, [0, 1, 3, 2]));
    const visible = add(reshape(scores, [batch, heads, sequence, total]), masks(spec.window));
    const attended = matmul(reshape(softmax(visible), [...grouped, total]), values);
    const merged = transpose(reshape(attended, [batch, heads, sequence, headSize]), [0, 2, 1, 3]);
    return { output: reshape(merged, [dimProduct([batch, sequence]), heads * headSize]), keys, values };
  };
}

/** `[batch, 1, sequence, past + sequence]`: 0 where a query sees a key, else far below 0. */
function mask({ mask: given, batch, sequence, past }: PastContext, window: number | null): Value {
  const { graph } = given;
  const total = dimSum(past, sequence);
  const query = reshape(add(range(graph, sequence), dimension(graph, past)), [sequence, 1]);
  const key = reshape(range(graph, total), [1, total]);
  const causal = lessOrEqual(key, query);
  const seen = window === null ? causal : and(causal, greater(key, sub(query, window)));
  const real = greater(reshape(given, [batch, 1, 1, total]), 0);
  return where(and(real, seen), graph.scalar(0), MASKED);
}

/** The tables have a line for each token, whose index takes the place of its position. */
function rotation({ positions, batch, sequence }: PastContext, spec: RotarySpec): (x: Value) => Value {
  const tokens = dimProduct([batch, sequence]);
  const { cosines, sines } = rotaryTables(positions, spec, tokens);
  const lines = reshape(range(positions.graph, tokens), [batch, sequence]);
  return (x) => rotary(x, lines, cosines, sines, spec.interleaved);
}

/** Made for each key when it is first asked for. */
function once<Key, Made>(make: (key: Key) => Made): (key: Key) => Made {
  const made = new Map<Key, Made>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}
