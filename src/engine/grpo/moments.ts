/** Sums, means and standard deviations in double arithmetic and in the order given, so that equal input is equal bytes. */

/** 0 for no values. */
export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** NaN for no values. */
export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** Standard deviation with ddof = 1 (two passes); 0 for fewer than two values, as TRL logs it. */
export function sampleStd(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return Math.sqrt(sum(values.map((value) => (value - centre) ** 2)) / (values.length - 1));
}

/**
 * Whether no two values differ. An exact comparison on purpose: the standard deviation of a constant group is float noise, and
 * noise over a tiny epsilon is a huge advantage.
 */
export function isConstant(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}
