/** What a replay will take. */
import type { ReplayPlan } from '../../protocol/replay.ts';
import type { RunReader } from '../../run/reader.ts';

/**
 * By what the steps took when they were trained: of those that are only gone through again the update, of the one asked for all but its
 * rewards and its evaluation.
 * @param from the step after which the policy was saved; 0 for the run's beginning
 */
export function planFrom(reader: RunReader, from: number, step: number): ReplayPlan {
  let seconds: number | null = 0;
  for (let at = from + 1; at <= step && seconds !== null; at++) {
    const metrics = reader.metrics(at);
    const update = metrics['time/train_s'];
    const rollout = at === step ? metrics['time/rollout_s'] : 0;
    seconds = update === undefined || rollout === undefined ? null : seconds + update + rollout;
  }
  return { from, redone: step - from - 1, seconds };
}
