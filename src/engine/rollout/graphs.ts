/**
 * The graphs of generation. *Prefill* turns prompts into keys and values. *Decode* takes one token per row through the layers.
 * *Sampling* is the head and the draw; it is a graph of its own because training and evaluation sample differently, and the layers, which
 * a session repacks into private memory, need not be held once for each. `chunkGraph.ts` has both in one, for several tokens of each row.
 */
import { Graph, type Value } from '../onnx/graph.ts';
import { serialize, type ModelBytes } from '../onnx/serialize.ts';
import type { Architecture } from '../model/architecture.ts';
import type { FrozenMatrices } from '../model/frozenMatrix.ts';
import { decodeForward, sequenceForward, type ForwardOptions } from '../model/forward.ts';
import { atTemperature, headLogits, headOf, type Head, type HeadWeight } from '../model/head.ts';
import type { AdapterLayout } from '../model/lora.ts';
import type { ParameterSource } from '../model/parameters.ts';
import type { SharedPromptCache, SharedPromptRows } from '../model/sharedPromptAttention.ts';
import { SAMPLING_INPUTS, sampleTokens, type RowInputs, type SamplingPlan } from './sampling.ts';

/** What the graphs are traced from; the trainable tensors are further inputs of them. */
export interface TracedPolicy {
  readonly architecture: Architecture;
  readonly parameters: ParameterSource;
  readonly adapter: AdapterLayout | null;
  /** Of a base in few bits. */
  readonly matrices?: FrozenMatrices | null;
}

/** Names of inputs and outputs beside the trainable tensors and those of `sampling.ts`. */
export const NAMES = {
  tokens: 'tokens',
  lengths: 'lengths',
  hidden: 'hidden',
  temperature: 'temperature',
  drawn: 'drawn',
  logprobs: 'logprobs',
  sampledLogprobs: 'sampledLogprobs',
  entropies: 'entropies',
  kept: 'kept',
  /** Of a decode step: `SharedPromptRows`, and the caches. */
  ownLengths: 'ownLengths',
  promptLengths: 'promptLengths',
  slots: 'slots',
  places: 'places',
  promptKeys: (layer: number) => `prompt.${layer}.keys`,
  promptValues: (layer: number) => `prompt.${layer}.values`,
  ownKeys: (layer: number) => `own.${layer}.keys`,
  ownValues: (layer: number) => `own.${layer}.values`,
  /** Of a chunk: how many steps there shall be, and the tokens that the last draw took for seen. */
  steps: 'steps',
  seenBefore: 'seenBefore',
  /** What a step, a chunk or a prefill adds to it. */
  keys: (layer: number) => `layer.${layer}.keys`,
  values: (layer: number) => `layer.${layer}.values`,
} as const;

/**
 * `tokens` int64 `[rows, time]`, padded on the right with anything, to `layer.N.keys` and `layer.N.values`
 * `[rows, keyValueHeads, time, headSize]`.
 */
export function buildPrefillGraph(policy: TracedPolicy): ModelBytes {
  const graph = new Graph();
  const { caches } = sequenceForward(
    forwardOptions(graph, policy),
    graph.input(NAMES.tokens, 'int64', ['rows', 'time']),
  );
  return serialize(graph, cacheOutputs(caches));
}

/**
 * `tokens` int64 `[rows]`, which rows there are (`SharedPromptRows`, positions as `lengths`) and the caches, `prompt.N.keys` and
 * `prompt.N.values` `[prompts, keyValueHeads, promptCapacity, headSize]`, `own.N.keys` and `own.N.values` `[rows, keyValueHeads,
 * ownCapacity, headSize]`, to `hidden` `[rows, hidden]` and the tokens' own `layer.N.keys`, `layer.N.values` `[rows, keyValueHeads, 1,
 * headSize]`.
 */
export function buildDecodeGraph(policy: TracedPolicy): ModelBytes {
  const graph = new Graph();
  const { tokens, rows, past } = decodeInputs(graph, policy);
  const { hidden, caches } = decodeForward(forwardOptions(graph, policy), tokens, rows, past);
  return serialize(graph, { [NAMES.hidden]: hidden, ...cacheOutputs(caches) });
}

/** What a decode step is given. */
interface DecodeInputs {
  readonly tokens: Value;
  readonly rows: SharedPromptRows;
  /** Of each layer. */
  readonly past: readonly SharedPromptCache[];
}

/** The inputs of a decode step, as a run has them that is its only one. */
export function decodeInputs(
  graph: Graph,
  { architecture: { layers, keyValueHeads, headSize } }: TracedPolicy,
): DecodeInputs {
  const cache = (name: string, sequences: string, capacity: string): Value =>
    graph.input(name, 'float32', [sequences, keyValueHeads, capacity, headSize]);
  return {
    tokens: graph.input(NAMES.tokens, 'int64', ['rows']),
    rows: {
      positions: graph.input(NAMES.lengths, 'int64', ['rows']),
      ownLengths: graph.input(NAMES.ownLengths, 'int64', ['rows']),
      promptLengths: graph.input(NAMES.promptLengths, 'int64', ['prompts']),
      slots: graph.input(NAMES.slots, 'int64', ['prompts', 'width']),
      places: graph.input(NAMES.places, 'int64', ['rows']),
      step: null,
    },
    past: Array.from({ length: layers }, (_, layer) => ({
      prompts: {
        keys: cache(NAMES.promptKeys(layer), 'prompts', 'promptCapacity'),
        values: cache(NAMES.promptValues(layer), 'prompts', 'promptCapacity'),
      },
      own: {
        keys: cache(NAMES.ownKeys(layer), 'rows', 'ownCapacity'),
        values: cache(NAMES.ownValues(layer), 'rows', 'ownCapacity'),
      },
      chunk: null,
    })),
  };
}

/**
 * `hidden` `[rows, hidden]`, `temperature` (a scalar; unless greedy) and the plan's own inputs to `drawn` int64 `[rows]`, `logprobs`
 * and `entropies` float32 `[rows]` and, where the plan has them, `sampledLogprobs` and `kept`.
 */
export function buildSamplingGraph(policy: TracedPolicy, plan: SamplingPlan): ModelBytes {
  const graph = new Graph();
  const hidden = graph.input(NAMES.hidden, 'float32', ['rows', policy.architecture.hiddenSize]);
  const { vocabularySize } = policy.architecture;
  const rows = {
    uniforms: plan.greedy ? null : graph.input(SAMPLING_INPUTS.uniforms, 'float32', ['rows']),
    seen: plan.penalty ? graph.input(SAMPLING_INPUTS.seen, 'bool', ['rows', vocabularySize]) : null,
  };
  return serialize(graph, sampleFrom(hidden, policy, plan, rows));
}

/** What is sampled from hidden states `[rows, hidden]`, by the names of its outputs. */
export function sampleFrom(
  hidden: Value,
  policy: TracedPolicy,
  plan: SamplingPlan,
  rows: RowInputs,
): Readonly<Record<string, Value>> & { readonly [NAMES.drawn]: Value } {
  const { graph } = hidden;
  const input = { hidden, head: headIn(graph, policy) };
  const logits = headLogits(plan.greedy ? input : atTemperature(input, graph.input(NAMES.temperature, 'float32', [])));
  const { tokens, logprobs, entropies, sampledLogprobs, kept } = sampleTokens(logits, plan, rows);
  return {
    [NAMES.drawn]: tokens,
    [NAMES.logprobs]: logprobs,
    [NAMES.entropies]: entropies,
    ...(sampledLogprobs && { [NAMES.sampledLogprobs]: sampledLogprobs }),
    ...(kept && { [NAMES.kept]: kept }),
  };
}

function headIn(graph: Graph, { architecture, parameters, matrices }: TracedPolicy): Head<HeadWeight> {
  const context = { parameter: (name: string, shape: readonly number[]) => parameters(graph, name, shape) };
  return headOf(architecture, context, matrices?.(graph, architecture.headParameter) ?? null);
}

export function forwardOptions(
  graph: Graph,
  { architecture, parameters, adapter, matrices }: TracedPolicy,
): ForwardOptions {
  return { graph, architecture, parameters, adapter, matrices: matrices ?? null };
}

/** Keys and values of each layer, by the names of their outputs. */
export function cacheOutputs(
  caches: readonly { readonly keys: Value; readonly values: Value }[],
): Record<string, Value> {
  return Object.fromEntries(
    caches.flatMap(({ keys, values }, layer) => [
      [NAMES.keys(layer), keys],
      [NAMES.values(layer), values],
    ]),
  );
}
