/** What the other signs need before they mean anything: the reward has risen, and the task is solved no better for it. */
import type { Estimate } from '../../protocol/metrics.ts';
import { count, measure, percent, points } from '../../words/format.ts';
import { accuracyChange, driftOf, weighsAlike, type Drift, type Span, type WatchedRun } from './watchedRun.ts';

/** A share by which held-out accuracy would have risen at least if the reward were worth following. */
const SMALL_GAIN = 0.05;
/** Where nearly all may be solved from the beginning (upper end of the interval) there is no room to rise: to stand still says nothing. */
const NO_ROOM = 0.9;

export interface UnfollowedRise {
  readonly span: Span;
  readonly reward: Drift;
  readonly accuracy: Estimate;
}

/**
 * From the first evaluation to the n-th: the mean reward of training rose (95 % interval above 0), and held-out accuracy, on the
 * same problems, rose by less than five points (95 % interval below that). A run that learns its task is not in it, however much
 * its completions change; nor is one whose evaluations are too small to tell.
 */
export function unfollowedRise(run: WatchedRun, at: number): UnfollowedRise | null {
  const [from, to] = [run.evaluations[0], run.evaluations[at]];
  if (from === undefined || to === undefined || at === 0 || from.accuracy.high >= NO_ROOM) return null;
  // Before anything is read of it.
  if (to.accuracy.value - from.accuracy.value >= SMALL_GAIN) return null;
  const span = { from, to };
  if (!weighsAlike(run, span)) return null;
  const reward = driftOf(run, 'reward', span);
  if (reward === null || reward.change.low <= 0) return null;
  const accuracy = accuracyChange(run, span);
  return accuracy === null || accuracy.high >= SMALL_GAIN ? null : { span, reward, accuracy };
}

/** `while the reward rose from 0.412 to 0.631 and held-out accuracy did not (52.0 % to 51.2 %, 95 % interval -4.1 to +2.5 points)` */
export function whileUnfollowed({ span: { from, to }, reward, accuracy }: UnfollowedRise): string {
  return (
    `while the reward rose from ${measure(reward.before)} to ${measure(reward.after)} and held-out accuracy did not follow ` +
    `(${percent(from.accuracy.value)} to ${percent(to.accuracy.value)}, 95 % interval ${points(accuracy.low)} to ${points(accuracy.high)} points)`
  );
}

/** `From step 0 to 240` */
export function spanWords({ from, to }: Span): string {
  return `From step ${count(from.step)} to ${count(to.step)}`;
}
