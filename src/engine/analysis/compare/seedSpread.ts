/** What several seeds of one recipe come to. */
import { mean, variance } from '../../evaluation/moments.ts';
import { studentQuantile } from '../../evaluation/student.ts';
import type { Estimate } from '../../protocol/metrics.ts';
import { percent } from '../../words/format.ts';

export interface SeedSpread {
  /** Over seeds, from 0 to 1, with its 95 % interval. */
  readonly mean: Estimate;
  /** Standard deviation between seeds. */
  readonly spread: number;
  readonly lowest: number;
  readonly highest: number;
}

/** Of runs with the same seed the last: they are the same run, as far as machines agree. */
export function lastOfEachSeed<Run extends { readonly seed: number }>(runs: readonly Run[]): Run[] {
  return [...new Map(runs.map((run) => [run.seed, run])).values()];
}

/**
 * The interval is Student's, which knows how little a few seeds tell.
 * @param values a share of each seed; two at least
 */
export function seedSpread(values: readonly number[]): SeedSpread {
  const value = mean(values);
  const spread = Math.sqrt(variance(values));
  const half = (studentQuantile(values.length - 1) * spread) / Math.sqrt(values.length);
  return {
    mean: { value, low: Math.max(0, value - half), high: Math.min(1, value + half) },
    spread,
    lowest: Math.min(...values),
    highest: Math.max(...values),
  };
}

/** `71.0 % [62.4, 79.6]`; the mean alone of seeds that happen to agree, which does not make it certain. */
export function seedMean({ mean: { value, low, high }, lowest, highest }: Omit<SeedSpread, 'spread'>): string {
  const interval = lowest === highest ? '' : ` [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;
  return `${percent(value)}${interval}`;
}
