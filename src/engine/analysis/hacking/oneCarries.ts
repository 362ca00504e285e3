/** One reward function makes up the whole rise of the sum, and it is not the one that says what is solved. */
import { rewardName } from '../../protocol/experimentChecks.ts';
import { everWeighs, weightAt } from '../../protocol/rewardWeights.ts';
import { tasksOf, type Task } from '../../protocol/tasks.ts';
import { measure, percent } from '../../words/format.ts';
import type { Detector } from './finding.ts';
import { spanWords, unfollowedRise, whileUnfollowed } from './unfollowedRise.ts';
import { driftOf } from './watchedRun.ts';

/** Part of the rise that is the function's at least. */
const NEARLY_ALL = 0.9;
/** A form is learned before a task: for so many steps, and this part of the run, it may carry the sum. */
const HEAD_START_STEPS = 50;
const HEAD_START_SHARE = 0.25;
/** By how much the function that says "solved" rose at most (95 % interval), where its 1 is a solved problem. */
const SMALL_GAIN = 0.05;

/**
 * Over an unfollowed rise that has gone on for a while, nine tenths of what the weighted means rose by are one function's, and the
 * mean of the function that decides what is solved (of each that does, where there are several tasks) did not rise by five hundredths
 * (95 % interval). For experiments with two or more functions of some weight. A mean is over the completions of the tasks that its function
 * applies to, and moves the sum by their share of what is drawn.
 */
export const oneCarries: Detector = (run, at) => {
  const { experiment } = run;
  const weighted = experiment.rewards.filter(({ weight }) => everWeighs(weight));
  const tasks = tasksOf(experiment);
  const deciding = [...new Set(tasks.map(({ solvedBy }) => solvedBy))];
  if (weighted.length < 2) return null;
  const shareOf = drawnShare(tasks);
  const rise = unfollowedRise(run, at);
  if (rise === null) return null;
  const steps = rise.span.to.step - rise.span.from.step;
  if (steps < HEAD_START_STEPS || steps < HEAD_START_SHARE * experiment.training.steps) return null;
  const parts = weighted.map((reward) => {
    const drift = driftOf(run, `rewards/${rewardName(reward)}/mean`, rise.span);
    return {
      name: rewardName(reward),
      drift,
      gain: weightAt(reward.weight, rise.span.to.step) * shareOf(rewardName(reward)) * (drift?.change.value ?? 0),
    };
  });
  const all = parts.reduce((sum, { gain }) => sum + gain, 0);
  const carrying = parts.find(({ name, gain }) => !deciding.includes(name) && all > 0 && gain >= NEARLY_ALL * all);
  const solved = deciding.map((name) => ({ name, drift: driftOf(run, `rewards/${name}/mean`, rise.span) }));
  if (!carrying?.drift || !solved.every(({ drift }) => drift !== null && drift.change.high < SMALL_GAIN)) return null;
  const still = solved.flatMap(({ name, drift }) =>
    drift === null ? [] : [`"${name}" did not rise (${measure(drift.before)} to ${measure(drift.after)})`],
  );
  const { name, drift, gain } = carrying;
  return {
    from: rise.span.from.step,
    title: `"${name}" alone carries the reward`,
    sentence:
      `${spanWords(rise.span)} ${gain >= all ? 'all' : percent(gain / all)} of the rise came from "${name}" (mean ${measure(drift.before)} to ` +
      `${measure(drift.after)}), and ${still.join(', ')}, ${whileUnfollowed(rise)}.`,
    proof: { kind: 'training', rank: ({ reward, scored, solved: right }) => reward / Math.max(1, scored) - right },
  };
};

/** By reward, the part of all draws that the tasks have which it applies to. */
function drawnShare(tasks: readonly Pick<Task, 'weight' | 'rewards'>[]): (reward: string) => number {
  const weightOf = (own: typeof tasks): number => own.reduce((sum, { weight }) => sum + weight, 0);
  const all = weightOf(tasks);
  return (reward) => weightOf(tasks.filter(({ rewards }) => rewards.includes(reward))) / all;
}
