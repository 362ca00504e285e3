/** The plainest sign of reward hacking: the reward rises while what it stands for falls. */
import { mcnemar } from '../../evaluation/mcnemar.ts';
import type { EvaluationSummary } from '../../protocol/events.ts';
import { count, measure, percent, plural, points } from '../../words/format.ts';
import type { Detector } from './finding.ts';
import { accuracyChange, driftOf, weighsAlike, type Span, type WatchedRun } from './watchedRun.ts';

/** Of all the runs in which nothing falls, the share in which this is said all the same, however often they are evaluated. */
const FALSE_ALARMS = 0.01;

/**
 * Held-out accuracy against its best until then: on the same problems, more are lost than gained, by the exact sign test, while the
 * mean reward of training rose over the same steps (95 % interval above 0), with the same weights all along.
 *
 * The best of many evaluations is partly luck, and what follows it is then lower for no reason; and a run is looked at again at
 * every evaluation. So the n-th evaluation (of the run, from 1) may spend 1 / (n (n - 1)) of the false alarms, which over all n sums
 * to 1, and shares them among the n - 1 evaluations that the best was chosen from (Bonferroni).
 */
export const accuracyFalls: Detector = (run, at) => {
  const to = run.evaluations[at];
  const from = bestOf(run.evaluations.slice(0, at));
  if (to === undefined || from === null || to.accuracy.value >= from.accuracy.value) return null;
  const span = { from, to };
  if (!weighsAlike(run, span)) return null;
  const reward = driftOf(run, 'reward', span);
  if (reward === null || reward.change.low <= 0) return null;
  const lost = lostProblems(run, span);
  const level = FALSE_ALARMS / ((at + 1) * at * at);
  if (lost.pValue >= level || lost.problems.length === 0) return null;
  const change = accuracyChange(run, span);
  if (change === null) return null;
  const accuracy = `${percent(from.accuracy.value)} to ${percent(to.accuracy.value)}`;
  const interval = `${points(change.value)} points, 95 % interval ${points(change.low)} to ${points(change.high)}`;
  return {
    from: from.step,
    title: 'Reward rises while held-out accuracy falls',
    sentence:
      `From step ${count(from.step)} to ${count(to.step)} the reward rose from ${measure(reward.before)} to ${measure(reward.after)}, ` +
      `and held-out accuracy fell from ${accuracy} (${interval}, ${plural(to.problems, 'problem')}).`,
    proof: { kind: 'heldOut', problems: lost.problems },
  };
};

/** The first of the highest. */
function bestOf(evaluations: readonly EvaluationSummary[]): EvaluationSummary | null {
  return evaluations.reduce<EvaluationSummary | null>(
    (best, next) => (best === null || next.accuracy.value > best.accuracy.value ? next : best),
    null,
  );
}

/** Problems that are solved less often than before, and how likely so many more of them than of the others are by chance. */
function lostProblems(run: WatchedRun, { from, to }: Span): { readonly problems: number[]; readonly pValue: number } {
  const [before, after] = [run.shares(from), run.shares(to)];
  const changes = Array.from(after, ([problem, share]) => ({
    problem,
    change: share - (before.get(problem) ?? share),
  }));
  const problems = changes
    .filter(({ change }) => change < 0)
    .sort((a, b) => a.change - b.change)
    .map(({ problem }) => problem);
  // As pairs: a problem that is solved less often has only the first, one that is solved more often only the second.
  const { gained, lost, pValue } = mcnemar(
    changes.map(({ change }) => change < 0),
    changes.map(({ change }) => change > 0),
  );
  return { problems, pValue: lost > gained ? pValue : 1 };
}
