/** How much a share changed on the same problems. */
import type { Estimate } from '../protocol/metrics.ts';
import { exactSignTest } from './mcnemar.ts';
import { studentQuantile, studentTail } from './student.ts';

/** A difference, and how sure it is. */
export interface TestedChange extends Estimate {
  /** Two-sided; below 0.05 exactly where the interval excludes 0. */
  readonly pValue: number;
}

/** Half an observation in each of the four cells of the table before x after. */
const ADDED = 0.5;
/** What 95 % intervals exclude. */
const SIGNIFICANT = 0.05;

/**
 * The mean of (after - before) over problems with its 95 % interval: the adjusted Wald interval for matched proportions (Agresti and
 * Min, "Simple improved confidence intervals for comparing matched proportions", Statistics in Medicine 2005), with Student's
 * quantile. It adds one problem that changes, by half up and by half down, and one that does not: so it has a width also where no
 * problem changed or all changed alike, of which a resampled interval knows nothing. For means over several samples a problem
 * that is added changes by as much as those that changed, as a root mean square.
 *
 * Where every problem is solved wholly or not at all, as with one sample each, McNemar's exact test has a word too: unless it
 * excludes that gains and losses are chance, the interval reaches to 0.
 * @param before one value from 0 to 1 per problem
 * @param after the same problems in the same order
 * @throws RangeError for different lengths or no problems
 */
export function pairedChange(before: readonly number[], after: readonly number[]): TestedChange {
  const changes = changesOf(before, after);
  const sum = changes.reduce((total, change) => total + change, 0);
  const { error, freedom, centre } = adjusted(changes);
  const half = studentQuantile(freedom) * error;
  const interval = { low: Math.max(-1, centre - half), high: Math.min(1, centre + half) };
  const wald = { value: sum / changes.length, ...interval, pValue: studentTail(centre / error, freedom) };
  const gained = changes.filter((change) => change === 1).length;
  const lost = changes.filter((change) => change === -1).length;
  if (!changes.every((change) => change === 0 || change === 1 || change === -1)) return wald;
  const pValue = Math.max(wald.pValue, exactSignTest(gained, lost));
  if (pValue < SIGNIFICANT) return { ...wald, pValue };
  return { value: wald.value, low: Math.min(0, wald.low), high: Math.max(0, wald.high), pValue };
}

/** The variance of the mean change: what other problems of the same kind would move it by. */
export function pairedVariance(before: readonly number[], after: readonly number[]): number {
  return adjusted(changesOf(before, after)).error ** 2;
}

function changesOf(before: readonly number[], after: readonly number[]): number[] {
  if (before.length === 0 || after.length !== before.length)
    throw new RangeError(`${before.length} problems before and ${after.length} after are no pairs`);
  return after.map((value, problem) => value - (before[problem] ?? 0));
}

/** Mean, standard error and degrees of freedom with the problems that are added. */
function adjusted(changes: readonly number[]): { centre: number; error: number; freedom: number } {
  const sum = changes.reduce((total, change) => total + change, 0);
  const squares = changes.reduce((total, change) => total + change ** 2, 0);
  const changed = changes.filter((change) => change !== 0).length;
  const added = 2 * ADDED * (changed === 0 ? 1 : squares / changed);
  const total = changes.length + 4 * ADDED;
  // The two added cells that change do so in opposite directions: they widen the interval and move nothing.
  const error = Math.sqrt(squares + added - sum ** 2 / total) / total;
  return { centre: sum / total, error, freedom: total - 1 };
}
