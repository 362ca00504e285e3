/**
 * The graphs of a training step: forward over a packed batch, in which each prompt is computed once for all its rows, log-probabilities
 * of the completion tokens, loss, and the gradient of every trainable tensor; and the forward part alone, for scoring.
 */
import { Graph, type Value } from '../onnx/graph.ts';
import { gradients } from '../onnx/gradients.ts';
import { stopGradient } from '../onnx/operations.ts';
import type { Dim } from '../onnx/shape.ts';
import { serialize, type ModelBytes } from '../onnx/serialize.ts';
import { packedForward } from '../model/forward.ts';
import { tokenLogprobs } from '../model/head.ts';
import { TokenDropout } from '../model/lora.ts';
import type { Policy } from '../model/policy.ts';
import { chooseTokens, type TokenLayout } from '../model/tokenLayout.ts';
import type { AlgorithmConfig } from '../protocol/experiment.ts';
import { correctionFactors } from './importanceSampling.ts';
import { policyLoss, supervisedLoss, tokenLosses, type TokenTerms } from './loss.ts';

/** Names of the graphs' inputs beside the trainable tensors; `packing.ts` fills them. */
export const INPUTS = {
  /** What these hold, all int64, is in `model/tokenLayout.ts`. */
  tokens: 'tokens',
  positions: 'positions',
  promptLengths: 'prompt_lengths',
  promptTokens: 'prompt_tokens',
  completionTokens: 'completion_tokens',
  places: 'places',
  /** int64 `[states]`: the tokens whose hidden states predict something. */
  states: 'states',
  /** int64 `[tokens]`: where among them each token is, or `PADDING`. */
  origins: 'origins',
  /** int64 `[picked]`: of each token of a completion the state that predicts it. */
  predicting: 'predicting',
  /** int64 `[picked]`: the tokens of all completions. */
  targets: 'targets',
  temperature: 'temperature',
  weights: 'weights',
  advantages: 'advantages',
  oldLogprobs: 'old_logprobs',
  referenceLogprobs: 'reference_logprobs',
  rolloutLogprobs: 'rollout_logprobs',
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

export type Objective =
  | { readonly kind: 'sft' }
  /** @param onPolicy whether the policy as it is stands for the old one, as in `UpdateRequest` */
  | { readonly kind: 'policy'; readonly algorithm: AlgorithmConfig; readonly onPolicy: boolean };

/**
 * Outputs `loss` (a scalar), `logprobs` and `entropies` `[picked]`, and `gradient.<name>` for every trainable tensor.
 *
 * @param recompute whether layers are computed a second time for their gradients: the same result in less memory
 */
export function buildTrainingGraph(
  policy: Policy,
  objective: Objective,
  { recompute }: { readonly recompute: boolean },
): ModelBytes {
  const { graph, logprobs, entropies } = forward(policy, dropoutOf(policy));
  const loss =
    objective.kind === 'sft'
      ? supervisedLoss(logprobs, graph.input(INPUTS.weights, 'float32', ['picked']))
      : policyLoss(tokenTerms(graph, { logprobs, entropies }, objective), objective.algorithm);
  const names = [...policy.trainable.keys()];
  const byName = new Map(graph.inputs.map((input) => [input.name, input]));
  const targets = names.map((name) => {
    const value = byName.get(name);
    if (!value) throw new Error(`the policy's tensor ${name} is not part of its graph`);
    return value;
  });
  const outputs: Record<string, Value> = { loss, logprobs, entropies };
  for (const [index, gradient] of gradients(loss, targets, { recompute }).entries())
    outputs[gradientOutput(names[index] ?? '')] = gradient;
  return serialize(graph, outputs);
}

/** Output `losses` `[picked]`: what each token adds to the loss, from what the model said of it. Needs no policy. */
export function buildTokenLossGraph(algorithm: AlgorithmConfig): ModelBytes {
  const graph = new Graph();
  const logprobs = graph.input(INPUTS.logprobs, 'float32', ['picked']);
  const entropies = graph.input(INPUTS.entropies, 'float32', ['picked']);
  const losses = tokenLosses(tokenTerms(graph, { logprobs, entropies }, { algorithm, onPolicy: false }), algorithm);
  return serialize(graph, { losses });
}

/** What a policy loss is made of: what the model says, and the inputs that `packLossTerms` fills. */
function tokenTerms(
  graph: Graph,
  { logprobs, entropies }: Pick<TokenTerms, 'logprobs' | 'entropies'>,
  { algorithm, onPolicy }: Pick<Extract<Objective, { readonly kind: 'policy' }>, 'algorithm' | 'onPolicy'>,
): TokenTerms {
  const { beta, importanceSampling, tokenLoss } = algorithm;
  const perToken = (name: string): Value => graph.input(name, 'float32', ['picked']);
  const oldLogprobs = onPolicy ? stopGradient(logprobs) : perToken(INPUTS.oldLogprobs);
  return {
    weights: perToken(INPUTS.weights),
    logprobs,
    entropies,
    oldLogprobs,
    advantages: perToken(INPUTS.advantages),
    referenceLogprobs: beta > 0 ? perToken(INPUTS.referenceLogprobs) : null,
    corrections: importanceSampling
      ? correctionFactors(oldLogprobs, perToken(INPUTS.rolloutLogprobs), importanceSampling)
      : null,
    rowMeans: tokenLoss === 'gspo' ? graph.input(INPUTS.rowMeans, 'float32', ['rows', 'picked']) : null,
  };
}

/** The dropout of a policy in training; null for none. */
export function dropoutOf({ adapter }: Policy): number | null {
  return adapter && adapter.dropout > 0 ? adapter.dropout : null;
}

function forward(policy: Policy, dropout: number | null) {
  const graph = new Graph();
  const ints = (name: string, ...shape: readonly Dim[]): Value => graph.input(name, 'int64', shape);
  const layout: TokenLayout = {
    tokens: ints(INPUTS.tokens, 'tokens'),
    positions: ints(INPUTS.positions, 'tokens'),
    promptLengths: ints(INPUTS.promptLengths, 'prompts'),
    promptTokens: ints(INPUTS.promptTokens, 'prompts', 'promptTime'),
    completionTokens: ints(INPUTS.completionTokens, 'prompts', 'width', 'time'),
    places: ints(INPUTS.places, 'tokens'),
  };
  const states = ints(INPUTS.states, 'states');
  const origins = ints(INPUTS.origins, 'tokens');
  const predictions = { states: ints(INPUTS.predicting, 'picked'), targets: ints(INPUTS.targets, 'picked') };
  const temperature = graph.input(INPUTS.temperature, 'float32', []);
  const { hidden, head } = packedForward(
    {
      graph,
      architecture: policy.architecture,
      parameters: policy.parameters,
      matrices: policy.matrices,
      adapter: policy.adapter,
      dropout: dropout === null ? null : new TokenDropout(ints(INPUTS.dropoutKeys, 'tokens'), dropout),
    },
    layout,
  );
  const predicting = chooseTokens(hidden, states, origins);
  return { graph, ...tokenLogprobs({ hidden: predicting, head }, predictions, temperature) };
}
