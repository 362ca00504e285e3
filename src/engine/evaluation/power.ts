/** What a comparison could have seen, and what it would take to see more. */
import type { Estimate } from '../protocol/metrics.ts';
import { Z_95, Z_POWER } from './normal.ts';
import type { RecipeChange } from './recipeChange.ts';
import { studentQuantile } from './student.ts';

/** Differences that one asks for, in shares: half a point to ten. */
const ROUND = [0.1, 0.05, 0.02, 0.01, 0.005];
/** More are not trained for a comparison. */
const MOST_SEEDS = 30;

/** How many more of something would be needed to see a difference four times of five. */
export interface Needed {
  /** The difference, as a share. */
  readonly difference: number;
  readonly more: number;
}

/**
 * How many more problems it would take to see the next smaller round difference than what so many show with a power of 80 %,
 * if problems go on to change as these did. null where half a point would be seen as it is.
 * @param interval the 95 % interval of a paired difference, whose width has in it how much problems changed
 */
export function problemsNeeded({ low, high }: Estimate, problems: number): Needed | null {
  const error = (high - low) / 2 / studentQuantile(problems + 1);
  const seen = (Z_95 + Z_POWER) * error;
  const difference = ROUND.find((round) => round < seen);
  if (difference === undefined) return null;
  return { difference, more: Math.ceil(problems * ((seen / difference) ** 2 - 1)) };
}

/**
 * The same for seeds of each of two recipes, on the same problems; null also where no number of seeds would do, since it is the
 * problems that leave the doubt.
 * @param seeds of the recipe that has fewer
 */
export function seedsNeeded({ variances }: RecipeChange, seeds: number): Needed | null {
  const seenWith = (count: number): number => {
    const quantile = count === Infinity ? Z_95 : studentQuantile(2 * (count - 1));
    return (quantile + Z_POWER) * Math.sqrt((variances.seeds * seeds) / count + variances.problems);
  };
  const [now, least] = [seenWith(seeds), seenWith(Infinity)];
  for (const difference of ROUND.filter((round) => round < now && round > least)) {
    for (let count = seeds + 1; count <= MOST_SEEDS; count++)
      if (seenWith(count) <= difference) return { difference, more: count - seeds };
  }
  return null;
}
