/** How many completions of a group are solved. */
import { present, rewardValues } from '../../grpo/rewardValues.ts';
import type { ScoredGroup } from '../scoredGroup.ts';

/** @param reward the one whose value 1 counts as solved */
export function solvedCount(
  { scored }: Pick<ScoredGroup, 'scored'>,
  reward: string,
): { readonly solved: number; readonly scored: number } {
  const values = present(rewardValues(scored, reward));
  return { solved: values.filter((value) => value === 1).length, scored: values.length };
}
