/** Completions of the problems of a step, sampled and scored: whole groups, or some samples of each. */
import type { Draw } from '../data/sampler.ts';
import type { Problem } from '../data/problems.ts';
import type { ScoredGroup, StepContext } from './runContext.ts';
import { scoreGroups, type SampledGroup } from './scoring.ts';
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
export async function sampleAndScore(
  run: StepContext,
  drawn: readonly DrawnProblem[],
  step: number,
  range: SampleRange,
  watch: Stopwatch,
): Promise<ScoredGroup[]> {
  const sampled = await watch.time('rollout', () => sampleGroups(run, drawn, step, range));
  run.emit({ event: 'phase', step, phase: 'reward', done: 0, total: drawn.length * (range.to - range.from) });
  return watch.time('reward', () => scoreGroups(run, sampled, step, 'rollout'));
}

async function sampleGroups(
  { sample, experiment, emit }: StepContext,
  drawn: readonly DrawnProblem[],
  step: number,
  { from, to }: SampleRange,
): Promise<SampledGroup[]> {
  const { rollout } = experiment;
  const size = to - from;
  const { completions } = await sample(
    {
      kind: 'generate',
      groups: drawn.map(({ problem, occurrence, round }) => ({
        prompt: problem.tokens,
        keys: Array.from({ length: size }, (_, index) => ({
          step,
          problem: problem.problem,
          occurrence,
          round,
          sample: from + index,
        })),
      })),
      purpose: 'rollout',
      sampling: rollout,
      maxCompletionLength: rollout.maxCompletionLength,
      stop: rollout.stop,
      stopTokens: rollout.stopTokens,
      maxRows: rollout.maxRows,
    },
    (done, total) => emit({ event: 'phase', step, phase: 'rollout', done, total }),
  );
  return drawn.map(({ problem }, index) => ({
    problem,
    completions: completions.slice(index * size, (index + 1) * size),
  }));
}

/** Of all completions. */
export function tokensOf(groups: readonly ScoredGroup[]): number {
  return groups.reduce(
    (sum, { scored }) => sum + scored.reduce((length, row) => length + row.completion.tokens.length, 0),
    0,
  );
}
