/** One reward out of several functions' verdicts. */
import type { RewardResult } from '../protocol/completion.ts';

/**
 * The weighted sum of the values. A function that does not apply (null) is left out, and so is one of weight 0, which is a
 * metric only. null, "no reward", when no weighted function applied, and also when one failed: a sum without its part would
 * count the error as a 0, and the completion would lose against its group for the function's fault.
 *
 * @param weights by reward name, in the experiment's order, which is the order of the sum
 */
export function combineRewards(
  results: Readonly<Record<string, RewardResult>>,
  weights: Readonly<Record<string, number>>,
): number | null {
  let sum: number | null = null;
  for (const [name, weight] of Object.entries(weights)) {
    const result = results[name];
    if (weight === 0 || result === undefined) continue;
    if ('error' in result) return null;
    if (result.value !== null) sum = (sum ?? 0) + weight * result.value;
  }
  return sum;
}
