/** Completions of the problems of a step, sampled and scored: whole groups, or some samples of each. */
import type { Draw } from '../data/sampler.ts';
import type { Problem } from '../data/problems.ts';
import type { StepContext } from './runContext.ts';
import type { ScoredGroup } from './scoredGroup.ts';
import { sampleAndScore } from './sampleAndScore.ts';
import type { Stopwatch } from './stopwatch.ts';

/** A problem as a step drew it: all that the random numbers of its completions are named after, but for the sample. */
export interface DrawnProblem {
  readonly problem: Problem;
  readonly occurrence: number;
  /** Of dynamic sampling, counted from 0. */
  readonly round: number;
}

/** Samples of a group from the first up to the last, exclusive. */
export interface SampleRange {
  readonly from: number;
  readonly to: number;
}

/** @throws RangeError for a draw of which there is no problem */
export function drawnProblems(
  { problems }: Pick<StepContext, 'problems'>,
  draws: readonly Draw[],
  round: number,
): DrawnProblem[] {
  return draws.map(({ index, occurrence }) => {
    const problem = problems.train[index];
    if (!problem) throw new RangeError(`there is no training problem ${index}`);
    return { problem, occurrence, round };
  });
}

/** These samples of each problem, with their scores, in the order of the problems. */
export function scoredSamples(
  run: StepContext,
  drawn: readonly DrawnProblem[],
  step: number,
  { from, to }: SampleRange,
  watch: Stopwatch,
): Promise<ScoredGroup[]> {
  const { emit } = run;
  const size = to - from;
  const asked = drawn.map(({ problem, occurrence, round }) => ({
    problem,
    keys: Array.from({ length: size }, (_, index) => ({
      step,
      problem: problem.problem,
      occurrence,
      round,
      sample: from + index,
    })),
  }));
  return sampleAndScore(run, asked, {
    step,
    purpose: 'rollout',
    recordedAs: 'rollout',
    sampling: run.experiment.rollout,
    goesOn: to < run.experiment.rollout.groupSize,
    onProgress: (done, total) => emit({ event: 'phase', step, phase: 'rollout', done, total }),
    onSampled: () => emit({ event: 'phase', step, phase: 'reward', done: 0, total: drawn.length * size }),
    watch,
  });
}

/** Of all completions. */
export function tokensOf(groups: readonly ScoredGroup[]): number {
  return groups.reduce(
    (sum, { scored }) => sum + scored.reduce((length, row) => length + row.completion.tokens.length, 0),
    0,
  );
}
