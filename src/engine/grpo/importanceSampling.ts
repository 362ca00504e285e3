/** Truncated importance sampling: a factor per token for the difference between the sampling and the training policy. */
import type { AlgorithmConfig } from '../protocol/experiment.ts';
import { logRatio } from './logRatio.ts';

/**
 * Factors for the policy term, from the old policy's log-probabilities as the training graph computes them and the sampler's:
 * `truncate` min(exp(old - rollout), cap) (TIS, as verl and TRL have it), `mask` the ratio inside [low, high] and 0
 * outside (IcePop, arXiv:2510.18855).
 */
export function importanceCorrections(
  oldLogprobs: Float32Array,
  rolloutLogprobs: Float32Array,
  options: Exclude<AlgorithmConfig['importanceSampling'], false>,
): Float32Array {
  return oldLogprobs.map((old, token) => {
    const ratio = Math.exp(logRatio(old, rolloutLogprobs[token] ?? old));
    if (options.mode === 'truncate') return Math.min(ratio, options.cap);
    return ratio >= options.low && ratio <= options.high ? ratio : 0;
  });
}
