/** All metrics of one GRPO step that mathematics decides; clock, cost and memory are the trainer's to add. */
import type { AlgorithmConfig } from '../protocol/experiment.ts';
import type { Metrics } from '../protocol/metrics.ts';
import { rolloutMetrics } from './rolloutMetrics.ts';
import type { RolloutBatch } from './rolloutMetrics.ts';
import { samplingMetrics } from './samplingMetrics.ts';
import type { SampledRow } from './samplingMetrics.ts';
import { updateMetrics } from './updateMetrics.ts';
import type { UpdateOutcome } from './updateOutcome.ts';

export interface StepOutcome {
  readonly rollout: RolloutBatch;
  /** In the order they were made. */
  readonly updates: readonly UpdateOutcome[];
  readonly sampling: readonly SampledRow[];
  readonly algorithm: AlgorithmConfig;
  readonly learningRate: number;
  /** Passes over the training part up to the end of this step, with its fraction. */
  readonly epoch: number;
  /** Tokens processed since the run began, this step included (`tokensProcessed` of rolloutMetrics.ts). */
  readonly numTokens: number;
}

/** @throws RangeError where a value is not finite: such a step must not enter the run. */
export function stepMetrics(outcome: StepOutcome): Metrics {
  const metrics = {
    ...updateMetrics(outcome.updates, outcome.algorithm),
    learning_rate: outcome.learningRate,
    epoch: outcome.epoch,
    num_tokens: outcome.numTokens,
    ...rolloutMetrics(outcome.rollout),
    ...samplingMetrics(outcome.sampling, outcome.algorithm.importanceSampling),
  };
  for (const [name, value] of Object.entries(metrics)) {
    if (!Number.isFinite(value)) throw new RangeError(`metric ${name} is ${value}`);
  }
  return metrics;
}
