/** How much of a change of the held-out accuracy is that answers are found where they were not looked for before. */
import { pairedChange } from '../../evaluation/pairedChange.ts';
import type { EvaluationSummary, FormChange } from '../../protocol/events.ts';
import type { Estimate } from '../../protocol/metrics.ts';
import { taskOfProblem, tasksOf } from '../../protocol/tasks.ts';
import { readEvaluationTexts } from '../../run/outputs/evaluationTexts.ts';
import type { RunReader } from '../../run/reader.ts';
import { heldOutResults } from '../compare/heldOut.ts';
import { lenientMatch } from './lenientMatch.ts';

/** By problem, the share of its completions that is right. */
type Shares = ReadonlyMap<number, number>;

/**
 * Strict against lenient matching at two evaluations of one split, on the problems that are in both. null where they share none, or
 * some have no number to be right about.
 */
export function formChange(reader: RunReader, before: EvaluationSummary, after: EvaluationSummary): FormChange | null {
  const lenient = [before, after].map((evaluation) => lenientShares(reader, evaluation));
  const strict = [before, after].map((evaluation) => heldOutResults(reader, evaluation).shares);
  const [was, now] = lenient;
  if (!was || !now) return null;
  const shared = [...now.keys()].filter((problem) => was.has(problem));
  if (shared.length === 0) return null;
  const values = (shares: Shares | undefined | null): number[] => shared.map((problem) => shares?.get(problem) ?? 0);
  const gaps = strict.map((shares, index) => {
    const beside = values(lenient[index]);
    return values(shares).map((share, problem) => share - (beside[problem] ?? 0));
  });
  return {
    lenient: estimate(values(was), values(now)),
    gap: estimate(gaps[0] ?? [], gaps[1] ?? []),
  };
}

function estimate(before: readonly number[], after: readonly number[]): Estimate {
  const { value, low, high } = pairedChange(before, after);
  return { value, low, high };
}

/** null where a problem has no number to be right about. */
function lenientShares(reader: RunReader, evaluation: EvaluationSummary): Shares | null {
  const experiment = reader.experiment();
  const matchers = new Map(tasksOf(experiment).map(({ name, solvedBy }) => [name, lenientMatch(experiment, solvedBy)]));
  const rows = new Map(reader.problems(evaluation.split).map(({ problem, row }) => [problem, row]));
  const shares = new Map<number, number>();
  for (const [problem, texts] of readEvaluationTexts(reader, evaluation)) {
    const matches = matchers.get(taskOfProblem(reader.manifest, problem));
    const verdicts = texts.map((text) => matches?.(text, rows.get(problem) ?? {}) ?? null);
    if (verdicts.includes(null)) return null;
    shares.set(problem, verdicts.filter(Boolean).length / evaluation.samples);
  }
  return shares;
}
