import type { Estimate } from '../protocol/metrics.ts';

/** Enough that the ends of a 95 % interval move by less than a hundredth of its width between seeds. */
export const DEFAULT_RESAMPLES = 10_000;

/**
 * The mean with its 95 % percentile bootstrap interval (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, ch. 13):
 * the values are drawn anew, with replacement, `resamples` times.
 * @param uniform numbers in [0, 1); seeded, so that the same values give the same interval
 * @throws RangeError for no values
 */
export function bootstrapMean(
  values: readonly number[],
  uniform: () => number,
  resamples = DEFAULT_RESAMPLES,
): Estimate {
  if (values.length === 0) throw new RangeError('no values to take a mean of');
  const data = Float64Array.from(values);
  const count = data.length;
  const means = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    for (let draw = 0; draw < count; draw++) sum += data[Math.floor(uniform() * count)] ?? 0;
    means[resample] = sum / count;
  }
  means.sort();
  const mean = data.reduce((sum, value) => sum + value, 0) / count;
  return { value: mean, low: quantile(means, 0.025), high: quantile(means, 0.975) };
}

/**
 * The mean of (after - before) over problems with its 95 % interval. Each problem keeps its pair, so what makes one problem harder
 * than another cancels and the interval is narrower than that of two unrelated samples (Koehn, "Statistical Significance Tests for
 * Machine Translation Evaluation", EMNLP 2004).
 * @param before one value per problem: 1 or 0 for solved or not, or a mean over samples
 * @param after the same problems in the same order
 * @throws RangeError for different lengths or no problems
 */
export function pairedBootstrap(
  before: readonly number[],
  after: readonly number[],
  uniform: () => number,
  resamples = DEFAULT_RESAMPLES,
): Estimate {
  if (before.length !== after.length)
    throw new RangeError(`${before.length} problems before and ${after.length} after are no pairs`);
  return bootstrapMean(
    after.map((value, problem) => value - (before[problem] ?? 0)),
    uniform,
    resamples,
  );
}

/** Linear interpolation between order statistics (Hyndman and Fan's type 7, the default of NumPy and R). */
function quantile(sorted: Float64Array, probability: number): number {
  const position = (sorted.length - 1) * probability;
  const below = sorted[Math.floor(position)] ?? NaN;
  const above = sorted[Math.ceil(position)] ?? NaN;
  return below + (above - below) * (position - Math.floor(position));
}
