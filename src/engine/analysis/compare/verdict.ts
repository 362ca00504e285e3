/** What a paired difference means, in plain English. Runs are called by the letters that the comparison gives them. */
import type { PairedResult, Verdict } from '../../protocol/comparison.ts';
import type { Estimate } from '../../protocol/metrics.ts';
import { count, plural, points } from '../../words/format.ts';

/** Below this, resampling the problems says little about others. */
const FEW_PROBLEMS = 30;
const SIGNIFICANT = 0.05;

/**
 * A difference is called one only where the interval excludes 0 and, with one sample of each problem, McNemar's exact test agrees:
 * with a handful of changed problems the bootstrap alone is too sure.
 */
export function verdictOf({ problems, difference, pValue }: PairedResult): Verdict {
  if (problems < FEW_PROBLEMS) return 'few';
  if (pValue !== null && pValue >= SIGNIFICANT) return 'none';
  if (difference.low > 0) return 'better';
  return difference.high < 0 ? 'worse' : 'none';
}

/** @param a letter of the run compared with @param b letter of the run that the sentence is about */
export function verdictSentence(result: PairedResult, a: string, b: string): string {
  const { problems, difference, winLose } = result;
  const details = `95 % interval ${points(difference.low)} to ${points(difference.high)}, ${plural(problems, 'problem')}`;
  const change = `${points(difference.value)} points`;
  const against = `${b} is ${change} against ${a} (${details}).`;
  switch (verdictOf(result)) {
    case 'better':
      return `${b} solves more than ${a}: ${change} (${details}).`;
    case 'worse':
      return `${b} solves less than ${a}: ${change} (${details}).`;
    case 'few':
      return `Too few problems to tell ${a} and ${b} apart: ${against}`;
    case 'none': {
      const changed = winLose.onlyA.length + winLose.onlyB.length;
      if (changed === 0 && difference.value === 0)
        return `No detectable difference: ${a} and ${b} solve the same ${count(winLose.both.length)} of ${plural(problems, 'problem')}.`;
      return `No detectable difference: ${against} ${whyNone(result)}`;
    }
  }
}

/** What it would have taken to see one. */
function whyNone({ problems, difference, winLose, pValue }: PairedResult): string {
  if (excludesZero(difference)) {
    const { onlyA, onlyB } = winLose;
    const split = `${Math.max(onlyA.length, onlyB.length)} to ${Math.min(onlyA.length, onlyB.length)}`;
    return `Only ${plural(onlyA.length + onlyB.length, 'problem')} changed, and ${split} can be chance (p = ${(pValue ?? 1).toFixed(2)}).`;
  }
  const half = (100 * (difference.high - difference.low)) / 2;
  return `On ${plural(problems, 'problem')}, less than about ${half.toFixed(1)} points would not show.`;
}

function excludesZero({ low, high }: Estimate): boolean {
  return low > 0 || high < 0;
}
