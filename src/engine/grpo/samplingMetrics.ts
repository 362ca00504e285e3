/** How far the policy that sampled is from the policy that is trained (arXiv:2510.18855 on why it matters). */
import type { AlgorithmConfig } from '../protocol/experiment.ts';
import type { Metrics } from '../protocol/metrics.ts';
import { importanceCorrections } from './importanceSampling.ts';
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
 * not. Rows whose training log-probabilities nobody computed are not in; without any row there are no metrics.
 */
export function samplingMetrics(
  rows: readonly SampledRow[],
  correction: AlgorithmConfig['importanceSampling'],
): Metrics {
  const difference = new Summary();
  const ratio = new Summary();
  for (const { trainingLogprobs, rolloutLogprobs } of rows) {
    const differences = trainingLogprobs.map((training, token) => training - (rolloutLogprobs[token] ?? NaN));
    differences.forEach((value) => difference.add(Math.abs(value)));
    const ratios =
      correction === false
        ? differences.map((value) => Math.exp(logRatio(value, 0)))
        : importanceCorrections(trainingLogprobs, rolloutLogprobs, correction);
    ratios.forEach((value) => ratio.add(value));
  }
  if (difference.count === 0) return {};
  return {
    'sampling/sampling_logp_difference/mean': difference.mean,
    'sampling/sampling_logp_difference/max': difference.max,
    'sampling/importance_sampling_ratio/min': ratio.min,
    'sampling/importance_sampling_ratio/mean': ratio.mean,
    'sampling/importance_sampling_ratio/max': ratio.max,
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
