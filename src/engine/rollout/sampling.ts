/**
 * Drawing the next token inside the graph, so that a token and its log-probabilities leave it and not `[rows, vocabulary]` logits.
 * Which operations the graph has is decided by what the sampling needs, so that plain sampling pays for nothing else. The order is that
 * of transformers: repetition penalty (arXiv:1909.05858), temperature, top-k (arXiv:1805.04833), top-p (arXiv:1904.09751), min-p
 * (arXiv:2407.01082).
 */
import type { Value } from '../onnx/graph.ts';
import {
  and,
  argMax,
  cast,
  cumSum,
  div,
  exp,
  gatherElements,
  less,
  lessOrEqual,
  log,
  logSoftmax,
  mul,
  neg,
  reduceMax,
  reduceSum,
  reshape,
  softmax,
  topK,
  where,
} from '../onnx/operations.ts';
import { dimAt } from '../onnx/shape.ts';
import type { SamplingConfig } from '../protocol/experiment.ts';
import { drawFromPrefix, drawIndex } from './inverseCdf.ts';

/** What a sampling graph has to do; the numbers themselves are fed. */
export interface SamplingPlan {
  /** The most likely token in place of a draw. */
  readonly greedy: boolean;
  readonly penalty: boolean;
  /** `topK`: the k most likely tokens, and among them top-p and min-p. `nucleus`: top-p and min-p over the whole vocabulary. */
  readonly truncation: 'none' | 'topK' | 'nucleus';
}

/** The plan of a sampling; what changes nothing (top-k of the whole vocabulary, any truncation of greedy sampling) is left out. */
export function planSampling(sampling: SamplingConfig, vocabularySize: number): SamplingPlan {
  const greedy = sampling.temperature === 0;
  const topK = sampling.topK > 0 && sampling.topK < vocabularySize;
  const nucleus = sampling.topP < 1 || sampling.minP > 0;
  return {
    greedy,
    penalty: sampling.repetitionPenalty !== 1,
    truncation: greedy ? 'none' : topK ? 'topK' : nucleus ? 'nucleus' : 'none',
  };
}

/** Names of the inputs of a sampling graph; a plan has those that it needs. */
export const SAMPLING_INPUTS = {
  /** Of `RowInputs`. */
  uniforms: 'uniforms',
  seen: 'seen',
  /** float32 scalars. */
  penalty: 'penalty',
  topP: 'topP',
  minP: 'minP',
  /** int64 `[1]`: how many of the most likely tokens are looked at: k of top-k, or as many as a nucleus is expected to have. */
  candidates: 'candidates',
} as const;

/** What the rows bring to a draw; a plan has those that it needs. */
export interface RowInputs {
  /** float32 `[rows]` in [0, 1), multiples of 2^-24; unless greedy. */
  readonly uniforms: Value | null;
  /** bool `[rows, vocabulary]`: tokens of prompt and completion so far; with a penalty. */
  readonly seen: Value | null;
}

/**
 * How many tokens a nucleus is expected to have at most. Sorting a whole vocabulary is slow (for 32 rows of 50,257 tokens 150 ms against
 * 11 for the first 512), and nuclei larger than this are rare but for high temperatures; they are sorted whole in a second run.
 */
export const NUCLEUS_CANDIDATES = 512;

/** A top-p that keeps everything. Not 1, which float rounding of the cumulative sum can pass before the last token. */
export const KEEP_ALL = 2;

export interface SampledTokens {
  /** int64 `[rows]` */
  readonly tokens: Value;
  /** log softmax of the logits as they came in, at the token, float32 `[rows]`. */
  readonly logprobs: Value;
  /** Entropy in nats of the softmax of the logits as they came in, float32 `[rows]`. */
  readonly entropies: Value;
  /**
   * `logprobs` of the distribution that was drawn from, after penalty and truncation; of greedy sampling, after the penalty. null where
   * it cannot differ from `logprobs`.
   */
  readonly sampledLogprobs: Value | null;
  /** Of a nucleus, int64 `[rows]`: how many candidates were kept. Where these are all candidates there may be more. */
  readonly kept: Value | null;
}

/**
 * Adds the operations of a plan to a graph, and the inputs that are the same for all rows.
 *
 * @param logits float32 `[rows, vocabulary]`, already divided by the temperature (by 1 when greedy); the penalty, which comes before
 *   the temperature, commutes with that
 */
export function sampleTokens(logits: Value, plan: SamplingPlan, { uniforms, seen }: RowInputs): SampledTokens {
  const scores = plan.penalty ? penalized(logits, given(seen)) : logits;
  const { tokens, logprobs, ...drawn } = plan.greedy ? pickLikeliest(scores) : draw(scores, plan, given(uniforms));
  // A token that the penalty favours can be so unlikely without it that its probability is 0 in float32, but not the logarithm.
  const own = plan.penalty ? gatherElements(logSoftmax(logits), tokens) : logprobs;
  const sampled = plan.truncation !== 'none' ? drawn.sampledLogprobs : plan.penalty ? logprobs : null;
  const flat = (x: Value): Value => reshape(x, [dimAt('sampling', logits.shape, 0)]);
  return {
    tokens: flat(tokens),
    logprobs: flat(own),
    entropies: entropy(logits),
    sampledLogprobs: sampled && flat(sampled),
    kept: drawn.kept && flat(drawn.kept),
  };
}

function given(input: Value | null): Value {
  if (!input) throw new Error('a sampling graph is given what its plan needs');
  return input;
}

/** -sum p log p over the last axis: 1.5 ms for 32 rows of 50,257, where the head takes 20. */
function entropy(logits: Value): Value {
  const logprobs = logSoftmax(logits);
  return neg(reduceSum(mul(exp(logprobs), logprobs), [-1]));
}

/** A token for each row, everything `[rows, 1]`. */
interface Choice {
  readonly tokens: Value;
  /** Under the scores. */
  readonly logprobs: Value;
  /** Under what is left of them after truncation. */
  readonly sampledLogprobs: Value | null;
  readonly kept: Value | null;
}

function pickLikeliest(scores: Value): Choice {
  const tokens = reshape(argMax(scores), [dimAt('sampling', scores.shape, 0), 1]);
  return { tokens, logprobs: gatherElements(logSoftmax(scores), tokens), sampledLogprobs: null, kept: null };
}

function draw(scores: Value, { truncation }: SamplingPlan, numbers: Value): Choice {
  const uniforms = reshape(numbers, [dimAt('sampling', scores.shape, 0), 1]);
  const probabilities = softmax(scores);
  if (truncation === 'none') {
    const tokens = drawIndex(probabilities, uniforms);
    return { tokens, logprobs: log(gatherElements(probabilities, tokens)), sampledLogprobs: null, kept: null };
  }
  const { values, tokens, kept } = truncated(probabilities, truncation);
  const { index, probability } = drawFromPrefix(values, kept, uniforms);
  return {
    tokens: gatherElements(tokens, index),
    logprobs: log(gatherElements(values, index)),
    sampledLogprobs: log(probability),
    kept: truncation === 'nucleus' ? kept : null,
  };
}

/**
 * The candidates in descending order of probability, and how many of them are kept. Top-k keeps exactly k (among equals the lower id);
 * top-p the fewest whose sum reaches p, relative to what top-k left; min-p those with at least that part of the largest probability.
 * All three keep a prefix of the order.
 */
function truncated(
  probabilities: Value,
  truncation: 'topK' | 'nucleus',
): { values: Value; tokens: Value; kept: Value } {
  const { graph } = probabilities;
  const topP = graph.input(SAMPLING_INPUTS.topP, 'float32', []);
  const minP = graph.input(SAMPLING_INPUTS.minP, 'float32', []);
  const candidates = graph.input(SAMPLING_INPUTS.candidates, 'int64', [1]);
  const { values, indices } = topK(probabilities, candidates, 'candidates');
  const nucleus = truncation === 'topK' ? mul(reduceSum(values, [-1], true), topP) : topP;
  const within = less(cumSum(values, { exclusive: true }), nucleus);
  const likely = lessOrEqual(mul(reduceMax(values, [-1], true), minP), values);
  const kept = reduceSum(cast(and(within, likely), 'int64'), [-1], true);
  return { values, tokens: indices, kept };
}

/** Scores of tokens that were seen, divided by the penalty where positive and multiplied where negative. */
function penalized(logits: Value, seen: Value): Value {
  const penalty = logits.graph.input(SAMPLING_INPUTS.penalty, 'float32', []);
  return where(seen, where(less(logits, 0), mul(logits, penalty), div(logits, penalty)), logits);
}
