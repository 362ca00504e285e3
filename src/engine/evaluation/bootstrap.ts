import type { Estimate } from '../protocol/metrics.ts';
import { mean } from './moments.ts';
import { normalCdf, normalQuantile, Z_95 } from './normal.ts';
import { wilson } from './wilson.ts';

/** Enough that the ends of a 95 % interval move by less than a hundredth of its width between seeds. */
const DEFAULT_RESAMPLES = 10_000;
/** Sums of the same shares in another order differ by less. */
const ROUNDING = 1e-12;

/**
 * The mean of shares with its 95 % bootstrap interval: the values are drawn anew, with replacement, `resamples` times. Bias-corrected
 * and accelerated (Efron, "Better bootstrap confidence intervals", JASA 1987): of a low accuracy more lies above than below, which
 * plain percentiles of the resampled means do not know.
 *
 * Values that are all alike give resampled means that are all alike, and an interval of no width. It is then Wilson's for one sample
 * of each problem, which would have been as unanimous.
 * @param values from 0 to 1, one per problem
 * @param uniform numbers in [0, 1); seeded, so that the same values give the same interval
 * @throws RangeError for no values
 */
export function bootstrapMean(
  values: readonly number[],
  uniform: () => number,
  resamples = DEFAULT_RESAMPLES,
): Estimate {
  const [estimate] = bootstrapMeans([values], uniform, resamples);
  if (estimate === undefined) throw new RangeError('no values to take a mean of');
  return estimate;
}

/**
 * `bootstrapMean` of several measures of the same problems, each as it would be alone: problems are drawn once for all, which is what takes
 * the time.
 * @param measures each with its values in the order of the problems
 * @throws RangeError for no values, or different numbers of them
 */
export function bootstrapMeans(
  measures: readonly (readonly number[])[],
  uniform: () => number,
  resamples = DEFAULT_RESAMPLES,
): Estimate[] {
  const count = measures[0]?.length ?? 0;
  if (count === 0) throw new RangeError('no values to take a mean of');
  if (measures.some(({ length }) => length !== count)) throw new RangeError('measures of different problems');
  const differing = measures.filter((values) => values.some((value) => value !== values[0]));
  const resampled = resampledMeans(differing, uniform, resamples);
  return measures.map((values) => {
    const means = resampled.get(values);
    if (means === undefined) return wilson((values[0] ?? 0) * count, count);
    const [low, high] = correctedTails(values, means).map((tail) => quantile(means, tail));
    return { value: mean(values), low: low ?? NaN, high: high ?? NaN };
  });
}

/** By measure, ascending. */
function resampledMeans(
  measures: readonly (readonly number[])[],
  uniform: () => number,
  resamples: number,
): ReadonlyMap<readonly number[], Float64Array> {
  const columns = measures.map((values) => ({ values: Float64Array.from(values), means: new Float64Array(resamples) }));
  const count = measures[0]?.length ?? 0;
  const drawn = new Int32Array(count);
  for (let resample = 0; resample < resamples; resample++) {
    for (let draw = 0; draw < count; draw++) drawn[draw] = Math.floor(uniform() * count);
    for (const { values, means } of columns) {
      let sum = 0;
      for (let draw = 0; draw < count; draw++) sum += values[drawn[draw] ?? 0] ?? 0;
      means[resample] = sum / count;
    }
  }
  return new Map(measures.map((values, index) => [values, columns[index]?.means.sort() ?? new Float64Array()]));
}

/** Which quantiles of the resampled means are the interval's ends, in place of 2.5 % and 97.5 %. */
function correctedTails(values: readonly number[], means: Float64Array): number[] {
  const observed = mean(values);
  const deviations = values.map((value) => value - observed);
  const squares = deviations.reduce((sum, deviation) => sum + deviation ** 2, 0);
  const cubes = deviations.reduce((sum, deviation) => sum + deviation ** 3, 0);
  // The jackknife's acceleration, for a mean: a sixth of the skewness of what each value pulls it by.
  const acceleration = cubes / (6 * squares ** 1.5);
  // Resampled means are few different numbers, so those that equal the observed one count half.
  const below = means.filter((value) => value < observed - ROUNDING).length;
  const equal = means.filter((value) => Math.abs(value - observed) <= ROUNDING).length;
  const bias = normalQuantile((below + equal / 2) / means.length);
  return [-Z_95, Z_95].map((z) => normalCdf(bias + (bias + z) / (1 - acceleration * (bias + z))));
}

/** Linear interpolation between order statistics (Hyndman and Fan's type 7, the default of NumPy and R). */
function quantile(sorted: Float64Array, probability: number): number {
  const position = (sorted.length - 1) * probability;
  const below = sorted[Math.floor(position)] ?? NaN;
  const above = sorted[Math.ceil(position)] ?? NaN;
  return below + (above - below) * (position - Math.floor(position));
}
