export interface McNemarResult {
  /** Problems solved after but not before. */
  readonly gained: number;
  /** Problems solved before but not after. */
  readonly lost: number;
  /** Two-sided, exact. */
  readonly pValue: number;
}

/**
 * Whether gains and losses on the same problems differ by more than chance (McNemar, Psychometrika 1947; exact form).
 * @param before whether each problem was solved
 * @param after the same problems in the same order
 * @throws RangeError for different lengths
 */
export function mcnemar(before: readonly boolean[], after: readonly boolean[]): McNemarResult {
  if (before.length !== after.length)
    throw new RangeError(`${before.length} problems before and ${after.length} after are no pairs`);
  const gained = after.filter((solved, problem) => solved && before[problem] === false).length;
  const lost = after.filter((solved, problem) => !solved && before[problem] === true).length;
  return { gained, lost, pValue: exactSignTest(gained, lost) };
}

/**
 * The two-sided p-value of so many gains and losses: under the null hypothesis a changed problem is gained or lost with probability
 * 1/2 each, so it is 2 * P(Binomial(gained + lost, 1/2) <= min(gained, lost)), at most 1.
 */
export function exactSignTest(gained: number, lost: number): number {
  const changed = gained + lost;
  // In logarithms: 2^-changed is 0 in a double from 1,075 on.
  let logTerm = -changed * Math.LN2;
  let tail = 0;
  for (let i = 0; i <= Math.min(gained, lost); i++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log(changed - i) - Math.log(i + 1);
  }
  return Math.min(1, 2 * tail);
}
