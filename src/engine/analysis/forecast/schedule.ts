/** How often a run does what, as its experiment says. */
import type { Experiment } from '../../protocol/experiment.ts';
import { screenSize } from '../../protocol/screening.ts';
import type { Schedule } from './expectedTime.ts';

export function scheduleOf(experiment: Experiment): Schedule {
  const { training, evaluation, checkpoint, full, algorithm, rollout } = experiment;
  const { steps } = training;
  const evaluations = timesDue(steps, evaluation.every);
  return {
    steps,
    evaluations,
    savesEveryStep: !full,
    checkpoints: timesDue(steps, checkpoint.every),
    bestCheckpoints: checkpoint.best ? evaluations : 0,
    screened: (screenSize(experiment) || rollout.groupSize) / rollout.groupSize,
    maxBatches: algorithm.dynamicSampling === false ? null : algorithm.dynamicSampling.maxBatches,
    trainsAll: algorithm.beta > 0 || algorithm.entropyBonus > 0,
  };
}

/** Every so many steps (0: never), and behind the last. */
function timesDue(steps: number, every: number): number {
  if (steps === 0) return 0;
  return every === 0 ? 1 : Math.ceil(steps / every);
}
