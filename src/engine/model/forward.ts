/**
 * The forward contexts: one architecture, traced over packed batches (training, scoring), over whole sequences (prefill) and over one
 * token with a cache.
 */
import type { Graph, Value } from '../onnx/graph.ts';
import { add, expand, matmul, range, reshape } from '../onnx/operations.ts';
import { dimProduct } from '../onnx/shape.ts';
import type { Architecture, ForwardContext, LinearSpec } from './architecture.ts';
import { sequenceAttention } from './attention.ts';
import { frozenProduct, type FrozenMatrices, type FrozenMatrix } from './frozenMatrix.ts';
import { headOf, type HeadInput, type HeadWeight } from './head.ts';
import { weightOf } from './linears.ts';
import { addLora, type AdapterLayout, type TokenDropout } from './lora.ts';
import { packedAttention } from './packedAttention.ts';
import type { ParameterSource } from './parameters.ts';
import type { TokenLayout } from './tokenLayout.ts';
import { SharedPromptAttention, type SharedPromptCache, type SharedPromptRows } from './sharedPromptAttention.ts';

export interface ForwardOptions {
  readonly graph: Graph;
  readonly architecture: Architecture;
  readonly parameters: ParameterSource;
  readonly adapter: AdapterLayout | null;
  /** Of a frozen base in few bits; null or left out where all weights are float32. */
  readonly matrices?: FrozenMatrices | null;
  /** Given in training only. */
  readonly dropout?: TokenDropout | null;
}

/** Keys and values of one layer, `[rows, keyValueHeads, time, headSize]`. */
export interface LayerCache {
  readonly keys: Value;
  readonly values: Value;
}

/** Hidden states after the last norm, and the head. */
export interface ForwardResult extends HeadInput<HeadWeight> {
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

/** The forward pass over a packed batch: hidden states `[tokens, hidden]` of its flat list of tokens. */
export function packedForward(options: ForwardOptions, layout: TokenLayout): HeadInput<HeadWeight> {
  return finish(options, [], {
    ...common(options),
    tokens: layout.tokens,
    positions: layout.positions,
    attention: (q, k, v, spec) => packedAttention(q, k, v, spec, layout),
  });
}

/**
 * The forward pass of one new token per row, `tokens` int64 `[rows]`, over what each layer has cached of the rows and their prompts. The
 * result's caches are `[rows, keyValueHeads, 1, headSize]`.
 */
export function decodeForward(
  options: ForwardOptions,
  tokens: Value,
  rows: SharedPromptRows,
  past: readonly SharedPromptCache[],
): ForwardResult {
  const attention = new SharedPromptAttention(rows);
  const caches: LayerCache[] = [];
  return finish(options, caches, {
    ...common(options),
    tokens,
    positions: rows.positions,
    attention: (q, k, v, spec) => {
      const layer = past[spec.layer];
      if (!layer) throw new Error(`the cache lacks layer ${spec.layer}`);
      const { output, keys, values } = attention.attend(q, k, v, spec, layer);
      caches[spec.layer] = { keys, values };
      return output;
    },
  });
}

function common({
  graph,
  parameters,
  adapter,
  matrices,
  dropout,
}: ForwardOptions): Pick<ForwardContext, 'parameter' | 'linear'> {
  const parameter = (name: string, shape: readonly number[]): Value => parameters(graph, name, shape);
  return {
    parameter,
    linear: (x, spec) => {
      const y = project(x, spec, parameter, matrices?.(graph, weightOf(spec)) ?? null);
      return adapter ? addLora(x, y, spec, adapter, dropout ?? null) : y;
    },
  };
}

/** @param matrix the weight, where it is not one of the parameters */
function project(
  x: Value,
  spec: LinearSpec,
  parameter: ForwardContext['parameter'],
  matrix: FrozenMatrix | null,
): Value {
  const { module, inFeatures, outFeatures, bias, layout } = spec;
  const transB = layout === 'out-in';
  const y = matrix
    ? frozenProduct(x, matrix)
    : matmul(x, parameter(weightOf(spec), transB ? [outFeatures, inFeatures] : [inFeatures, outFeatures]), { transB });
  return bias ? add(y, parameter(`${module}.bias`, [outFeatures])) : y;
}

function finish(options: ForwardOptions, caches: readonly LayerCache[], context: ForwardContext): ForwardResult {
  const { architecture } = options;
  const hidden = architecture.forward(context);
  return {
    hidden,
    caches,
    // Traced for those who ask: generation has a graph of its own for it.
    get head() {
      return headOf(architecture, context, options.matrices?.(options.graph, architecture.headParameter) ?? null);
    },
  };
}
