/** Numbers out of verdicts: an error and "not applicable" are both "no value" to the mathematics, never a zero. */
import type { RewardResult, ScoredCompletion } from '../protocol/completion.ts';

/** null where the function did not apply or failed. */
export function rewardValue(result: RewardResult | undefined): number | null {
  return result !== undefined && 'value' in result ? result.value : null;
}

/** One function's values, one per completion. */
export function rewardValues(scored: readonly Pick<ScoredCompletion, 'rewards'>[], name: string): (number | null)[] {
  return scored.map((row) => rewardValue(row.rewards[name]));
}

/** The values that are there. */
export function present(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}
