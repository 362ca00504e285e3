import type { Estimate } from '../protocol/metrics.ts';
import { Z_95 as Z } from './normal.ts';

/**
 * A proportion with its 95 % score interval (Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA
 * 1927, eq. 6): unlike p ± 1.96 s it stays within 0 and 1 and has a width at 0 of n and n of n. 3 of 50 is 2.1 to 16.2 %.
 * @throws RangeError unless `0 <= correct <= n` and `n > 0`
 */
export function wilson(correct: number, n: number): Estimate {
  if (!(n > 0 && correct >= 0 && correct <= n)) throw new RangeError(`${correct} of ${n} is no proportion`);
  const value = correct / n;
  const shrink = 1 + Z ** 2 / n;
  const centre = (value + Z ** 2 / (2 * n)) / shrink;
  const half = (Z / shrink) * Math.sqrt((value * (1 - value)) / n + Z ** 2 / (4 * n ** 2));
  // At the ends the interval ends exactly there; the subtraction leaves a rounding error.
  return { value, low: correct === 0 ? 0 : centre - half, high: correct === n ? 1 : centre + half };
}
