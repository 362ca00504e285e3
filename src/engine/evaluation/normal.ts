/** The standard normal distribution. */

/** Its quantile at 97.5 %: a two-sided interval of 95 %. */
export const Z_95 = 1.959963984540054;
/** At 80 %: with what chance a study is commonly planned to see what is there (Cohen, "Statistical Power Analysis", 1988, ch. 2.4). */
export const Z_POWER = 0.8416212335729143;

/** Beyond this the nearer tail is no number in a double. */
const FARTHEST = 38;
/** Where the series is left for the continued fraction, and how many of its terms are exact to a double from there on. */
const SERIES_UP_TO = 3;
const FRACTION_TERMS = 100;

/** P(Z <= x) (Abramowitz and Stegun, "Handbook of Mathematical Functions", 1964, 26.2.11 and 26.2.14). */
export function normalCdf(x: number): number {
  const size = Math.abs(x);
  if (size > FARTHEST) return x < 0 ? 0 : 1;
  const density = Math.exp((-size * size) / 2) / Math.sqrt(2 * Math.PI);
  if (size < SERIES_UP_TO) {
    let term = size;
    let sum = size;
    for (let odd = 3; term > Number.EPSILON * sum; odd += 2) sum += term *= (size * size) / odd;
    return x < 0 ? 0.5 - density * sum : 0.5 + density * sum;
  }
  let fraction = size;
  for (let term = FRACTION_TERMS; term >= 1; term--) fraction = size + term / fraction;
  return x < 0 ? density / fraction : 1 - density / fraction;
}

/** Halvings of an interval of 76 until it is as narrow as a double can tell. */
const HALVINGS = 64;

/** The x below which Z lies with this probability; infinite at 0 and 1. */
export function normalQuantile(probability: number): number {
  if (probability <= 0) return -Infinity;
  if (probability >= 1) return Infinity;
  // In the lower half, where what is small is told apart.
  if (probability > 0.5) return -normalQuantile(1 - probability);
  let [low, high] = [-FARTHEST, 0];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
