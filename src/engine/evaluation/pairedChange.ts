/** How much a share changed on the same problems, in a moment: for questions that are asked at every evaluation. */
import type { Estimate } from '../protocol/metrics.ts';

/** The standard normal's 97.5 % quantile: two-sided 95 %. */
const Z = 1.959963984540054;
/** Half an observation in each of the four cells of the table before x after. */
const ADDED = 0.5;

/**
 * The mean of (after - before) over problems with its 95 % interval: the adjusted Wald interval for matched proportions (Agresti and
 * Min, "Simple improved confidence intervals for comparing matched proportions", Statistics in Medicine 2005), which has a width
 * also where no problem changed. For means over several samples the squared differences stand in for the count of changed problems;
 * for one sample each they are that count.
 * @param before one value from 0 to 1 per problem
 * @param after the same problems in the same order
 * @throws RangeError for different lengths or no problems
 */
export function pairedChange(before: readonly number[], after: readonly number[]): Estimate {
  const count = before.length;
  if (count === 0 || after.length !== count)
    throw new RangeError(`${count} problems before and ${after.length} after are no pairs`);
  let sum = 0;
  let squares = 0;
  for (let problem = 0; problem < count; problem++) {
    const change = (after[problem] ?? 0) - (before[problem] ?? 0);
    sum += change;
    squares += change ** 2;
  }
  const total = count + 4 * ADDED;
  // The two added cells that change do so in opposite directions: they widen the interval and move nothing.
  const half = (Z / total) * Math.sqrt(squares + 2 * ADDED - sum ** 2 / total);
  const centre = sum / total;
  return { value: sum / count, low: Math.max(-1, centre - half), high: Math.min(1, centre + half) };
}
