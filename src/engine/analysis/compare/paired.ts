/** Two evaluations on the same problems: the difference with its interval, and who solved what. */
import { mean } from '../../evaluation/moments.ts';
import { pairedChange } from '../../evaluation/pairedChange.ts';
import type { PairedResult } from '../../protocol/comparison.ts';
import { inNumbersOf, type HeldOutResults } from './heldOut.ts';

/** The problems that all of them evaluated, the same row of the dataset with the same content; ascending. @param results in the numbers of one run */
export function sharedProblems([first, ...others]: readonly HeldOutResults[]): number[] {
  return [...(first?.shares.keys() ?? [])]
    .filter((problem) =>
      others.every(({ shares, rows }) => shares.has(problem) && rows.get(problem) === first?.rows.get(problem)),
    )
    .sort((x, y) => x - y);
}

/** Compares on the problems that both evaluated, with the numbers that `a` gives them; null where there is none. */
export function pairedResult(a: HeldOutResults, measured: HeldOutResults): PairedResult | null {
  const b = inNumbersOf(measured, a);
  const problems = sharedProblems([a, b]);
  if (problems.length === 0) return null;
  const shares = (of: HeldOutResults): number[] => problems.map((problem) => of.shares.get(problem) ?? 0);
  const [before, after] = [shares(a), shares(b)];
  const [solvedA, solvedB] = [before.map(isSolved), after.map(isSolved)];
  const where = (inA: boolean, inB: boolean): number[] =>
    problems.filter((_, index) => solvedA[index] === inA && solvedB[index] === inB);
  const { pValue, ...difference } = pairedChange(before, after);
  return {
    problems: problems.length,
    evaluated: { a: a.shares.size, b: measured.shares.size },
    accuracy: { a: mean(before), b: mean(after) },
    difference,
    pValue,
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
