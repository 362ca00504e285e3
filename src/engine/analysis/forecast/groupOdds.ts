/** How often groups of another size would have an advantage, as far as how often problems are solved can say it. */
import { mean, variance } from '../../evaluation/moments.ts';

/** How the chance to solve a problem is spread over problems: a beta distribution. */
export interface SolvedSpread {
  readonly a: number;
  readonly b: number;
}

/** Problems are at least this much alike: with all counts as if of one chance, the distribution would be a point. */
const MAX_CONCENTRATION = 1000;
/** And no more different than this: with every group all right or all wrong, nothing is left between. */
const MIN_CONCENTRATION = 0.01;

/**
 * Fits a beta-binomial distribution by its first two moments, so that problems of which a small group solved none are not taken for ones that
 * are never solved.
 * @param solved completions that solve their problem, by group
 * @returns null where all or none do: then nothing is known of how rare the others are
 */
export function solvedSpread(solved: readonly number[], groupSize: number): SolvedSpread | null {
  if (solved.length < 2 || groupSize < 2) return null;
  const share = mean(solved) / groupSize;
  if (!(share > 0 && share < 1)) return null;
  // The variance of a count is n p (1 - p) (1 + (n - 1) r), with r = 1 / (a + b + 1) the correlation within a group.
  const binomial = groupSize * share * (1 - share);
  const correlation = (variance(solved) / binomial - 1) / (groupSize - 1);
  const least = 1 / (MAX_CONCENTRATION + 1);
  const most = 1 / (MIN_CONCENTRATION + 1);
  const concentration = 1 / Math.min(most, Math.max(least, correlation)) - 1;
  return { a: share * concentration, b: (1 - share) * concentration };
}

/** The chance that a group of so many completions has both right and wrong ones. */
export function mixedShare({ a, b }: SolvedSpread, groupSize: number): number {
  return Math.max(0, 1 - risingRatio(a, a + b, groupSize) - risingRatio(b, a + b, groupSize));
}

/** a (a + 1) ... over c (c + 1) ..., `factors` of each: E[p^n] of a beta distribution. */
function risingRatio(a: number, c: number, factors: number): number {
  let product = 1;
  for (let factor = 0; factor < factors; factor++) product *= (a + factor) / (c + factor);
  return product;
}
