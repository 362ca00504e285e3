/** The forward contexts: one architecture, traced over whole sequences (training, scoring, prefill) and over one token with a cache. */
import type { Graph, Value } from '../onnx/graph.ts';
import { add, expand, matmul, range, reshape } from '../onnx/operations.ts';
import { dimProduct } from '../onnx/shape.ts';
import type { Architecture, ForwardContext, LinearSpec } from './architecture.ts';
import { cachedAttention, sequenceAttention } from './attention.ts';
import { headOf, type HeadInput } from './head.ts';
import { addLora, type AdapterLayout, type TokenDropout } from './lora.ts';
import type { ParameterSource } from './parameters.ts';

export interface ForwardOptions {
  readonly graph: Graph;
  readonly architecture: Architecture;
  readonly parameters: ParameterSource;
  readonly adapter: AdapterLayout | null;
  /** Given in training only. */
  readonly dropout?: TokenDropout | null;
}

/** Keys and values of one layer, `[rows, keyValueHeads, time, headSize]`. */
export interface LayerCache {
  readonly keys: Value;
  readonly values: Value;
}

/** Hidden states after the last norm, and the head. */
export interface ForwardResult extends HeadInput {
  /** What each layer adds to a cache. */
  readonly caches: readonly LayerCache[];
}

/**
 * The forward pass over `tokens` int64 `[rows, time]`, each row from position 0 and padded on the right; a causal mask needs no other
 * mask then, for no token sees a later one. `tokens` of the result is `rows*time`.
 */
export function sequenceForward(options: ForwardOptions, tokens: Value): ForwardResult {
  const [rows = 0, time = 0] = tokens.shape;
  const flat = dimProduct([rows, time]);
  const positions = reshape(expand(reshape(range(options.graph, time), [1, time]), [rows, time]), [flat]);
  const caches: LayerCache[] = [];
  return finish(options, caches, {
    ...common(options),
    tokens: reshape(tokens, [flat]),
    positions,
    attention: (q, k, v, spec) => {
      const { output, keys, values } = sequenceAttention(q, k, v, spec, rows, time);
      caches[spec.layer] = { keys, values };
      return output;
    },
  });
}

/**
 * The forward pass of one new token per row, `tokens` int64 `[rows]`, over caches of which `lengths` int64 `[rows]` are filled; the
 * new token's position is its row's length.
 */
export function decodeForward(
  options: ForwardOptions,
  tokens: Value,
  lengths: Value,
  past: readonly LayerCache[],
): ForwardResult {
  const [rows = 0] = tokens.shape;
  const caches: LayerCache[] = [];
  return finish(options, caches, {
    ...common(options),
    tokens,
    positions: lengths,
    attention: (q, k, v, spec) => {
      const layer = past[spec.layer];
      if (!layer) throw new Error(`the cache lacks layer ${spec.layer}`);
      const { output, keys, values } = cachedAttention(q, k, v, spec, rows, { ...layer, lengths });
      caches[spec.layer] = { keys, values };
      return output;
    },
  });
}

function common({ graph, parameters, adapter, dropout }: ForwardOptions): Pick<ForwardContext, 'parameter' | 'linear'> {
  const parameter = (name: string, shape: readonly number[]): Value => parameters(graph, name, shape);
  return {
    parameter,
    linear: (x, spec) => {
      const y = project(x, spec, parameter);
      return adapter ? addLora(x, y, spec, adapter, dropout ?? null) : y;
    },
  };
}

function project(x: Value, spec: LinearSpec, parameter: ForwardContext['parameter']): Value {
  const { module, inFeatures, outFeatures, bias, layout } = spec;
  const transB = layout === 'out-in';
  const weight = parameter(`${module}.weight`, transB ? [outFeatures, inFeatures] : [inFeatures, outFeatures]);
  const y = matmul(x, weight, { transB });
  return bias ? add(y, parameter(`${module}.bias`, [outFeatures])) : y;
}

function finish(options: ForwardOptions, caches: readonly LayerCache[], context: ForwardContext): ForwardResult {
  const { architecture } = options;
  const hidden = architecture.forward(context);
  return { hidden, head: headOf(architecture, context), caches };
}
