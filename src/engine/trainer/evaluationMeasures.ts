/** What an evaluation measures beside the accuracy, of the same completions. */
import { lenientMatch } from '../analysis/lenient/lenientMatch.ts';
import { majorityAtK, type Vote } from '../evaluation/majority.ts';
import { passAtK } from '../evaluation/passAtK.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { solvedByTask, tasksOf } from '../protocol/tasks.ts';
import type { ScoredCompletion } from '../protocol/completion.ts';
import type { ScoredGroup } from './scoredGroup.ts';

/**
 * By name, a share for each problem, in the order of the groups: `lenient`, where every problem has a number to be right about; with several samples of each problem `pass@k`, and `maj@k` where it is
 * known of every completion which answer was extracted.
 * @param groups with the experiment's number of samples each
 */
export function measuredShares(
  groups: readonly ScoredGroup[],
  experiment: Experiment,
): ReadonlyMap<string, readonly number[]> {
  const { samples } = experiment.evaluation;
  const shares = new Map<string, readonly number[]>();
  const lenient = lenientShares(groups, experiment);
  if (lenient !== null) shares.set('lenient', lenient);
  const decides = solvedByTask(experiment);
  const votes = groups.map(({ problem, scored }) =>
    scored.map((completion) => voteOf(completion, decides(problem.task))),
  );
  const solved = votes.map((own) => own.filter(({ correct }) => correct).length);
  for (const k of samplesUpTo(samples))
    shares.set(
      `pass@${k}`,
      solved.map((count) => passAtK(samples, count, k)),
    );
  if (areAnswersKnown(groups, votes, decides))
    for (const k of samplesUpTo(samples))
      shares.set(
        `maj@${k}`,
        votes.map((own) => majorityAtK(own, k)),
      );
  return shares;
}

/** 2, 4, 8 and so on, and all of them; nothing for one sample, of which pass@1 and maj@1 are the accuracy. */
function samplesUpTo(samples: number): number[] {
  const powers = Array.from({ length: Math.floor(Math.log2(samples)) }, (_, index) => 2 ** (index + 1));
  return powers.at(-1) === samples || samples === 1 ? powers : [...powers, samples];
}

function lenientShares(groups: readonly ScoredGroup[], experiment: Experiment): number[] | null {
  const matchers = new Map(tasksOf(experiment).map(({ name, solvedBy }) => [name, lenientMatch(experiment, solvedBy)]));
  const shares: number[] = [];
  for (const { problem, scored } of groups) {
    const matches = matchers.get(problem.task);
    const verdicts = scored.map(({ completion }) => matches?.(completion.text, problem.row) ?? null);
    if (verdicts.includes(null)) return null;
    shares.push(verdicts.filter(Boolean).length / scored.length);
  }
  return shares;
}

function voteOf({ rewards }: ScoredCompletion, deciding: string): Vote {
  const result = rewards[deciding];
  if (result === undefined || 'error' in result) return { answer: null, correct: false };
  return { answer: result.extracted ?? null, correct: result.value === 1 };
}

/**
 * Of every completion it is known what was extracted, or its scoring failed; and no right one is without an answer, as it would have no vote.
 * Where the wrong ones of a function are not known to have an answer, the right ones would win every vote.
 */
function areAnswersKnown(
  groups: readonly ScoredGroup[],
  votes: readonly (readonly Vote[])[],
  decides: (task: string | null) => string,
): boolean {
  const results = groups.flatMap(({ problem, scored }) =>
    scored.map(({ rewards }) => rewards[decides(problem.task)] ?? { value: null }),
  );
  const looks = results.some((result) => !('error' in result));
  const known = results.every((result) => 'error' in result || result.extracted !== undefined);
  return looks && known && votes.flat().every(({ answer, correct }) => answer !== null || !correct);
}
