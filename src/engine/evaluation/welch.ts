/** How much the mean of one sample is above that of another, which need not be as large nor as spread. */
import type { Estimate } from '../protocol/metrics.ts';

/** The standard normal's 97.5 % quantile: two-sided 95 %. */
const Z = 1.959963984540054;

/**
 * mean(after) - mean(before) with its 95 % interval (Welch, "The generalization of 'Student's' problem when several different
 * population variances are involved", Biometrika 1947).
 * @throws RangeError for fewer than two values on a side, which have no spread
 */
export function meanChange(before: readonly number[], after: readonly number[]): Estimate {
  if (before.length < 2 || after.length < 2)
    throw new RangeError(`no interval from ${before.length} values before and ${after.length} after`);
  const [a, b] = [moments(before), moments(after)];
  const value = b.mean - a.mean;
  const [errorA, errorB] = [a.variance / before.length, b.variance / after.length];
  const error = errorA + errorB;
  if (error === 0) return { value, low: value, high: value };
  const freedom = error ** 2 / (errorA ** 2 / (before.length - 1) + errorB ** 2 / (after.length - 1));
  const half = studentQuantile(freedom) * Math.sqrt(error);
  return { value, low: value - half, high: value + half };
}

/**
 * Student's t at 97.5 %, from the normal's (Abramowitz and Stegun, "Handbook of Mathematical Functions", 1964, 26.7.5): within 1 %
 * from 3 degrees of freedom on.
 */
function studentQuantile(freedom: number): number {
  const [z3, z5, z7, z9] = [Z ** 3, Z ** 5, Z ** 7, Z ** 9];
  return (
    Z +
    (z3 + Z) / (4 * freedom) +
    (5 * z5 + 16 * z3 + 3 * Z) / (96 * freedom ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * Z) / (384 * freedom ** 3) +
    (79 * z9 + 776 * z7 + 1482 * z5 - 1920 * z3 - 945 * Z) / (92_160 * freedom ** 4)
  );
}

function moments(values: readonly number[]): { readonly mean: number; readonly variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, variance };
}
