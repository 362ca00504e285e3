/** Learning-rate schedules: warm up, hold, decay. */
import type { OptimizerConfig } from '../protocol/experiment.ts';

type ScheduleConfig = Pick<
  OptimizerConfig,
  'learningRate' | 'schedule' | 'warmupSteps' | 'decayFraction' | 'finalFraction'
>;

/**
 * Learning rate of a step; steps count from 1 to `steps`.
 *
 * warm-up = min(1, step / warmupSteps), remaining = min(1, (steps - step + 1) / (steps decayFraction)): the last `decayFraction` of
 * the run decays, what comes before holds the full rate, and the last step still has a rate above the final one. With remaining = 1
 * at the start and 0 just after the end:
 *
 *     linear  rate warm-up (final + (1 - final) remaining)
 *     cosine  rate warm-up (final + (1 - final) (1 + cos(pi (1 - remaining))) / 2)
 */
export function learningRateAt(config: ScheduleConfig, step: number, steps: number): number {
  const warmup = config.warmupSteps === 0 ? 1 : Math.min(1, step / config.warmupSteps);
  return config.learningRate * warmup * decay(config, step, steps);
}

function decay(config: ScheduleConfig, step: number, steps: number): number {
  const decaySteps = steps * config.decayFraction;
  if (config.schedule === 'constant' || decaySteps === 0) return 1;
  const remaining = Math.max(0, Math.min(1, (steps - step + 1) / decaySteps));
  const shape = config.schedule === 'linear' ? remaining : (1 + Math.cos(Math.PI * (1 - remaining))) / 2;
  return config.finalFraction + (1 - config.finalFraction) * shape;
}
