/** How far the policy that sampled is from the policy that is trained (arXiv:2510.18855 on why it matters). */
import type { AlgorithmConfig } from '../protocol/experiment.ts';
import type { Metrics } from '../protocol/metrics.ts';
import { correctionFactor, isCut } from './importanceSampling.ts';
import { logRatio } from './logRatio.ts';

/** The same tokens under both, before any update. */
export interface SampledRow {
  /** By the training graph. */
  readonly trainingLogprobs: Float32Array;
  /** By the sampler, over the whole vocabulary as well: truncation is no difference between the two. */
  readonly rolloutLogprobs: Float32Array;
}

/**
 * `sampling/sampling_logp_difference/*`: |training - rollout| over tokens. `sampling/importance_sampling_ratio/*`: exp(training -
 * rollout), as it multiplies the loss, that is after truncation or masking where the experiment asks for either; raw where it does
 * not; `cut_frac` the share of tokens whose ratio was truncated or masked. Rows whose training log-probabilities nobody computed are not in; without any row there are no metrics.
 */
export function samplingMetrics(
  rows: readonly SampledRow[],
  correction: AlgorithmConfig['importanceSampling'],
): Metrics {
  const difference = new Summary();
  const ratio = new Summary();
  let cut = 0;
  for (const { trainingLogprobs, rolloutLogprobs } of rows)
    for (const [token, training] of trainingLogprobs.entries()) {
      const rollout = rolloutLogprobs[token] ?? NaN;
      const raw = Math.exp(logRatio(training, rollout));
      difference.add(Math.abs(training - rollout));
      ratio.add(correction === false ? raw : correctionFactor(raw, correction));
      if (correction !== false && isCut(raw, correction)) cut += 1;
    }
  if (difference.count === 0) return {};
  return {
    'sampling/sampling_logp_difference/mean': difference.mean,
    'sampling/sampling_logp_difference/max': difference.max,
    'sampling/importance_sampling_ratio/min': ratio.min,
    'sampling/importance_sampling_ratio/mean': ratio.mean,
    'sampling/importance_sampling_ratio/max': ratio.max,
    ...(correction === false ? {} : { 'sampling/importance_sampling_ratio/cut_frac': cut / ratio.count }),
  };
}

/** Minimum, mean and maximum of a stream of values. */
class Summary {
  count = 0;
  min = Infinity;
  max = -Infinity;
  #total = 0;

  add(value: number): void {
    this.count += 1;
    this.#total += value;
    this.min = Math.min(this.min, value);
    this.max = Math.max(this.max, value);
  }

  get mean(): number {
    return this.#total / this.count;
  }
}
