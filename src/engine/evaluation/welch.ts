/** How much the mean of one sample is above that of another, which need not be as large nor as spread. */
import type { Estimate } from '../protocol/metrics.ts';
import { mean, variance } from './moments.ts';
import { studentQuantile } from './student.ts';

/**
 * mean(after) - mean(before) with its 95 % interval (Welch, "The generalization of 'Student's' problem when several different
 * population variances are involved", Biometrika 1947).
 * @throws RangeError for fewer than two values on a side, which have no spread
 */
export function meanChange(before: readonly number[], after: readonly number[]): Estimate {
  if (before.length < 2 || after.length < 2)
    throw new RangeError(`no interval from ${before.length} values before and ${after.length} after`);
  const value = mean(after) - mean(before);
  const [errorA, errorB] = [variance(before) / before.length, variance(after) / after.length];
  const error = errorA + errorB;
  if (error === 0) return { value, low: value, high: value };
  const freedom = error ** 2 / (errorA ** 2 / (before.length - 1) + errorB ** 2 / (after.length - 1));
  const half = studentQuantile(freedom) * Math.sqrt(error);
  return { value, low: value - half, high: value + half };
}
