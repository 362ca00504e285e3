/** Student's t distribution with any positive degrees of freedom: its tail, and its quantile. */

/**
 * P(|T| >= |t|): the two-sided p-value of a t statistic. From the regularised incomplete beta function (Abramowitz and Stegun,
 * "Handbook of Mathematical Functions", 1964, 26.7.1).
 * @param freedom degrees of freedom, above 0; need not be whole
 */
export function studentTail(t: number, freedom: number): number {
  if (!Number.isFinite(t)) return 0;
  return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
}

/** More halvings change nothing in a double. */
const HALVINGS = 200;

/**
 * The t beyond which on both sides together lies `1 - confidence`: 4.303 for 95 % and 2 degrees of freedom.
 * @param confidence above 0 and below 1
 * @throws RangeError for degrees of freedom that are not above 0
 */
export function studentQuantile(freedom: number, confidence = 0.95): number {
  if (!(freedom > 0)) throw new RangeError(`${freedom} degrees of freedom`);
  const outside = 1 - confidence;
  let [low, high] = [0, 1];
  while (studentTail(high, freedom) > outside) [low, high] = [high, 2 * high];
  for (let halving = 0; halving < HALVINGS && high - low > Number.EPSILON * high; halving++) {
    const middle = (low + high) / 2;
    if (studentTail(middle, freedom) > outside) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** I_x(a, b), by its continued fraction (the same handbook, 26.5.8), on the side where that converges fast. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

/** Terms that are enough for degrees of freedom up to about a million. */
const MAX_TERMS = 10_000;
/** Stands for a denominator of 0 in Lentz's method. */
const TINY = 1e-300;

/** Evaluated from the front (Lentz, "Generating Bessel functions in Mie scattering calculations using continued fractions", 1976). */
function betaFraction(x: number, a: number, b: number): number {
  const away = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= MAX_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < Number.EPSILON) break;
  }
  return fraction;
}

/** From here on Stirling's series is exact to a double. */
const STIRLING_FROM = 15;

/** ln Gamma(x) for x > 0: Stirling's series (the same handbook, 6.1.41), with small arguments raised to where it holds. */
function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  while (at < STIRLING_FROM) {
    shift += Math.log(at);
    at += 1;
  }
  const inverse = 1 / (at * at);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))) / at;
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
