/** Two evaluations on the same problems: the difference with its interval, and who solved what. */
import { pairedBootstrap } from '../../evaluation/bootstrap.ts';
import { mcnemar } from '../../evaluation/mcnemar.ts';
import type { PairedResult } from '../../protocol/comparison.ts';
import { uniforms } from '../../random/keyed.ts';
import type { HeldOutResults } from './heldOut.ts';

/** The interval is of the same numbers for whoever asks, so its random numbers are no run's own. */
const BOOTSTRAP_SEED = 0;

/** Compares on the problems that both evaluated: the same row of the dataset with the same content. null where there is none. */
export function pairedResult(a: HeldOutResults, b: HeldOutResults): PairedResult | null {
  const problems = [...a.shares.keys()]
    .filter((problem) => b.shares.has(problem) && a.rows.get(problem) === b.rows.get(problem))
    .sort((x, y) => x - y);
  if (problems.length === 0) return null;
  const shares = (of: HeldOutResults): number[] => problems.map((problem) => of.shares.get(problem) ?? 0);
  const [before, after] = [shares(a), shares(b)];
  const [solvedA, solvedB] = [before.map(isSolved), after.map(isSolved)];
  const where = (inA: boolean, inB: boolean): number[] =>
    problems.filter((_, index) => solvedA[index] === inA && solvedB[index] === inB);
  return {
    problems: problems.length,
    evaluated: { a: a.shares.size, b: b.shares.size },
    accuracy: { a: mean(before), b: mean(after) },
    difference: pairedBootstrap(before, after, uniforms(BOOTSTRAP_SEED, 'bootstrap')),
    pValue: a.samples === 1 && b.samples === 1 ? mcnemar(solvedA, solvedB).pValue : null,
    winLose: {
      both: where(true, true),
      onlyA: where(true, false),
      onlyB: where(false, true),
      neither: where(false, false),
    },
  };
}

function isSolved(share: number): boolean {
  return share >= 0.5;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
