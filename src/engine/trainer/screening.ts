/**
 * Screening, two phases of sampling within a step as of SPEED (arXiv:2506.09016): some completions of each problem first, and then the rest of
 * its group, but not of a problem that they all solved, which is put aside at the price of the completions that were screened. What that gives
 * up is the group whose other completions are not all solved: with two of eight and a problem solved with probability p, the share
 * p^2 (1 - p^6) / (1 - p^8 - (1 - p)^8) of those that would teach something: 25 % at p = 0.5, 46 % at 0.7, 57 % at 0.8.
 *
 * A problem that none of them solved goes on, unlike there: one completion of eight that solves it is what teaches a policy that is nearly
 * always wrong, and a few completions rarely have it among them.
 */
import type { Metrics } from '../protocol/metrics.ts';
import { isPutAside, screenSize } from '../protocol/screening.ts';
import { solvedByTask } from '../protocol/tasks.ts';
import { solvedCount } from './curriculum/solvedCount.ts';
import type { StepContext } from './runContext.ts';
import type { ScoredGroup } from './scoredGroup.ts';
import { scoredSamples, tokensOf, type DrawnProblem } from './sampleGroups.ts';
import type { Stopwatch } from './stopwatch.ts';

/**
 * In the order drawn: whole groups, and those put aside, of `screenSize` completions. Each completion is the one that stands at its place in
 * a group that is sampled at once.
 * @param informative whether the rewards of a group differ; where they do, it goes on although all is solved
 */
export async function screenedGroups(
  run: StepContext,
  drawn: readonly DrawnProblem[],
  step: number,
  informative: (group: ScoredGroup) => boolean,
  watch: Stopwatch,
): Promise<ScoredGroup[]> {
  const { groupSize } = run.experiment.rollout;
  const screen = screenSize(run.experiment);
  const decides = solvedByTask(run.experiment);
  const goesOn = (group: ScoredGroup): boolean =>
    informative(group) || solvedCount(group, decides(group.problem.task)).solved < screen;
  const begun = await scoredSamples(run, drawn, step, { from: 0, to: screen }, watch);
  const continued = drawn.filter((_, index) => {
    const group = begun[index];
    return group !== undefined && goesOn(group);
  });
  if (continued.length === 0) return begun;
  const rest = (await scoredSamples(run, continued, step, { from: screen, to: groupSize }, watch)).values();
  return begun.map((group) =>
    goesOn(group) ? { ...group, scored: [...group.scored, ...(rest.next().value?.scored ?? [])] } : group,
  );
}

/**
 * `curriculum/screened`: problems of which completions were sampled first. `curriculum/put_aside_frac`: the share of them of which no more were,
 * `curriculum/screen_tokens` what that cost. `curriculum/screen_pass`: the share of the first completions of all of them that are solved, which is
 * how the policy does on what was drawn; metrics of the groups that are trained on leave out the best.
 * @param all whole groups and those put aside
 */
export function screeningMetrics(experiment: StepContext['experiment'], all: readonly ScoredGroup[]): Metrics {
  const screen = screenSize(experiment);
  if (screen === 0) return {};
  const decides = solvedByTask(experiment);
  const aside = all.filter(({ scored }) => isPutAside(scored.length, experiment));
  const first = all.map(({ problem, scored }) =>
    solvedCount({ scored: scored.slice(0, screen) }, decides(problem.task)),
  );
  const sum = (count: 'solved' | 'scored'): number => first.reduce((total, group) => total + group[count], 0);
  return {
    'curriculum/screened': all.length,
    'curriculum/put_aside_frac': aside.length / all.length,
    'curriculum/screen_tokens': tokensOf(aside),
    ...(sum('scored') === 0 ? {} : { 'curriculum/screen_pass': sum('solved') / sum('scored') }),
  };
}
