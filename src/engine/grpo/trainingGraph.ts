/**
 * The graphs of a training step: forward over whole sequences, log-probabilities of the completion tokens, loss, and the gradient of
 * every trainable tensor; and the forward part alone, for scoring.
 */
import { Graph, type Value } from '../onnx/graph.ts';
import { gradients } from '../onnx/gradients.ts';
import { expand, gather, reshape, scatterAdd, zeros } from '../onnx/operations.ts';
import { dimAt } from '../onnx/shape.ts';
import { serialize, type ModelBytes } from '../onnx/serialize.ts';
import { sequenceForward } from '../model/forward.ts';
import { tokenLogprobs } from '../model/head.ts';
import { TokenDropout } from '../model/lora.ts';
import type { Policy } from '../model/policy.ts';
import type { AlgorithmConfig } from '../protocol/experiment.ts';
import { policyLoss, supervisedLoss, tokenLosses, type TokenTerms } from './loss.ts';

/** Names of the graphs' inputs beside the trainable tensors; `packing.ts` fills them. */
export const INPUTS = {
  /** int64 `[rows, time]`, padded on the right. */
  tokens: 'tokens',
  /** int64 `[picked]`: indices into the flattened rows of the hidden states that predict completion tokens. */
  picked: 'picked',
  /** int64 `[picked]`: the tokens they predict. */
  targets: 'targets',
  temperature: 'temperature',
  weights: 'weights',
  advantages: 'advantages',
  oldLogprobs: 'old_logprobs',
  referenceLogprobs: 'reference_logprobs',
  corrections: 'corrections',
  rowMeans: 'row_means',
  dropoutKeys: 'dropout_keys',
  /** float32 `[picked]`, where the model has run already: what it said of the tokens. */
  logprobs: 'logprobs',
  entropies: 'entropies',
} as const;

export const gradientOutput = (parameter: string): string => `gradient.${parameter}`;

/** Outputs `logprobs` and `entropies` `[picked]`, with the policy's dropout where that is asked for. */
export function buildScoringGraph(policy: Policy, dropout: boolean): ModelBytes {
  const { graph, logprobs, entropies } = forward(policy, dropout ? dropoutOf(policy) : null);
  return serialize(graph, { logprobs, entropies });
}

export type Objective = { readonly kind: 'sft' } | { readonly kind: 'policy'; readonly algorithm: AlgorithmConfig };

/** Outputs `loss` (a scalar), `logprobs` and `entropies` `[picked]`, and `gradient.<name>` for every trainable tensor. */
export function buildTrainingGraph(policy: Policy, objective: Objective): ModelBytes {
  const { graph, logprobs, entropies } = forward(policy, dropoutOf(policy));
  const loss =
    objective.kind === 'sft'
      ? supervisedLoss(logprobs, graph.input(INPUTS.weights, 'float32', ['picked']))
      : policyLoss(tokenTerms(graph, { logprobs, entropies }, objective.algorithm), objective.algorithm);
  const names = [...policy.trainable.keys()];
  const byName = new Map(graph.inputs.map((input) => [input.name, input]));
  const targets = names.map((name) => {
    const value = byName.get(name);
    if (!value) throw new Error(`the policy's tensor ${name} is not part of its graph`);
    return value;
  });
  const outputs: Record<string, Value> = { loss, logprobs, entropies };
  for (const [index, gradient] of gradients(loss, targets).entries())
    outputs[gradientOutput(names[index] ?? '')] = gradient;
  return serialize(graph, outputs);
}

/** Output `losses` `[picked]`: what each token adds to the loss, from what the model said of it. Needs no policy. */
export function buildTokenLossGraph(algorithm: AlgorithmConfig): ModelBytes {
  const graph = new Graph();
  const logprobs = graph.input(INPUTS.logprobs, 'float32', ['picked']);
  const entropies = graph.input(INPUTS.entropies, 'float32', ['picked']);
  const losses = tokenLosses(tokenTerms(graph, { logprobs, entropies }, algorithm), algorithm);
  return serialize(graph, { losses });
}

/** What a policy loss is made of: what the model says, and the inputs that `packLossTerms` fills. */
function tokenTerms(
  graph: Graph,
  { logprobs, entropies }: Pick<TokenTerms, 'logprobs' | 'entropies'>,
  { beta, importanceSampling, tokenLoss }: AlgorithmConfig,
): TokenTerms {
  const perToken = (name: string): Value => graph.input(name, 'float32', ['picked']);
  return {
    weights: perToken(INPUTS.weights),
    logprobs,
    entropies,
    oldLogprobs: perToken(INPUTS.oldLogprobs),
    advantages: perToken(INPUTS.advantages),
    referenceLogprobs: beta > 0 ? perToken(INPUTS.referenceLogprobs) : null,
    corrections: importanceSampling ? perToken(INPUTS.corrections) : null,
    rowMeans: tokenLoss === 'gspo' ? graph.input(INPUTS.rowMeans, 'float32', ['rows', 'picked']) : null,
  };
}

/** The dropout of a policy in training; null for none. */
export function dropoutOf({ adapter }: Policy): number | null {
  return adapter && adapter.dropout > 0 ? adapter.dropout : null;
}

function forward(policy: Policy, dropout: number | null) {
  const graph = new Graph();
  const tokens = graph.input(INPUTS.tokens, 'int64', ['rows', 'time']);
  const picked = graph.input(INPUTS.picked, 'int64', ['picked']);
  const targets = graph.input(INPUTS.targets, 'int64', ['picked']);
  const temperature = graph.input(INPUTS.temperature, 'float32', []);
  const { hidden, head } = sequenceForward(
    {
      graph,
      architecture: policy.architecture,
      parameters: policy.parameters,
      adapter: policy.adapter,
      dropout:
        dropout === null ? null : new TokenDropout(graph.input(INPUTS.dropoutKeys, 'int64', ['rows*time']), dropout),
    },
    tokens,
  );
  return { graph, ...tokenLogprobs({ hidden: pickRows(hidden, picked), head }, targets, temperature) };
}

/** Rows of `x` at indices that are all different: their gradients go back one to one, without the sums that a lookup's need. */
function pickRows(x: Value, indices: Value): Value {
  const { graph } = x;
  const [picked] = graph.composite(
    [x],
    () => [gather(x, indices)],
    ([dy]) => {
      if (!dy) return [null];
      const targets = expand(reshape(indices, [dimAt('picked rows', indices.shape, 0), 1]), dy.shape);
      return [scatterAdd(zeros(graph, x.shape), targets, dy, 0)];
    },
  );
  if (!picked) throw new Error('a composite returns what it was built with');
  return picked;
}
