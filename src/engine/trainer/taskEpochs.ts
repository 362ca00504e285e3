/** Passes over the training part of each of several tasks. */
import type { ProblemSampler } from '../data/sampler.ts';
import { taskMetricName } from '../grpo/taskMetrics.ts';
import type { Metrics } from '../protocol/metrics.ts';

/** `tasks/NAME/epoch` after a step; nothing where the experiment has one dataset. */
export function taskEpochs(sampler: Pick<ProblemSampler, 'taskEpochsAfter'>, step: number): Metrics {
  return Object.fromEntries(
    Array.from(sampler.taskEpochsAfter(step), ([task, epoch]) => [taskMetricName(task, 'epoch'), epoch]),
  );
}
