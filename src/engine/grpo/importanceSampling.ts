/** Truncated importance sampling: a factor per token for the difference between the sampling and the training policy. */
import type { Value } from '../onnx/graph.ts';
import { clip, exp, greater, less, min, sub, where } from '../onnx/operations.ts';
import type { AlgorithmConfig } from '../protocol/experiment.ts';
import { MAX_LOG_RATIO } from './logRatio.ts';

type Correction = Exclude<AlgorithmConfig['importanceSampling'], false>;

/**
 * Factors for the policy term, from the old policy's log-probabilities as the training graph computes them and the sampler's:
 * `truncate` min(exp(old - rollout), cap) (TIS, as verl and TRL have it), `mask` the ratio inside [low, high] and 0
 * outside (IcePop, arXiv:2510.18855). In a graph, both `[tokens]`.
 */
export function correctionFactors(oldLogprobs: Value, rolloutLogprobs: Value, options: Correction): Value {
  const ratio = exp(clip(sub(oldLogprobs, rolloutLogprobs), -MAX_LOG_RATIO, MAX_LOG_RATIO));
  if (options.mode === 'truncate') return min(ratio, options.cap);
  return where(less(ratio, options.low), 0, where(greater(ratio, options.high), 0, ratio));
}

/** The factor of one ratio of the old policy to the sampler, for metrics. */
export function correctionFactor(ratio: number, options: Correction): number {
  if (!isCut(ratio, options)) return ratio;
  return options.mode === 'truncate' ? options.cap : 0;
}

/** Whether a ratio is truncated or masked. */
export function isCut(ratio: number, { mode, cap, low, high }: Correction): boolean {
  return mode === 'truncate' ? ratio > cap : ratio < low || ratio > high;
}
