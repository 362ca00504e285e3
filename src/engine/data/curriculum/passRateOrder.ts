/** Training problems in the order of how often they were solved. */
import type { PassRateCurriculum } from '../../protocol/curriculum.ts';
import { UserError } from '../../protocol/errors.ts';
import { shuffle } from '../../random/draws.ts';

/**
 * @param rates share of solved completions by index; null for what was not measured, or has no completion with a score
 * @param next random numbers, which decide between equal rates
 * @returns indices, the first to be opened first, without those that the bounds leave out
 * @throws UserError where nothing is left
 */
export function passRateOrder(
  rates: readonly (number | null)[],
  { order, low, high }: Pick<PassRateCurriculum, 'order' | 'low' | 'high'>,
  next: () => number,
): number[] {
  const sign = order === 'ascending' ? 1 : -1;
  const measured = [...rates.entries()].flatMap(([index, rate]) => (rate === null ? [] : [{ index, rate }]));
  const kept = measured.filter(({ rate }) => rate >= low && rate <= high);
  if (kept.length === 0) {
    const never = measured.filter(({ rate }) => rate < low).length;
    const always = measured.filter(({ rate }) => rate > high).length;
    throw new UserError(
      `curriculum: of ${measured.length} measured problems none is left: ${never} are solved less often than low = ${low}, ` +
        `${always} more often than high = ${high}. Widen the bounds, or measure with more samples.`,
    );
  }
  return shuffle(kept, next)
    .sort((a, b) => sign * (a.rate - b.rate))
    .map(({ index }) => index);
}
