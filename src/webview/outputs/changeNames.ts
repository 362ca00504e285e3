/** What a list of groups that another version of the reward changes is called among the other lists. */
import type { ShownRewardDiff } from '../../engine/protocol/panels/outputs.ts';
import type { RewardChange } from '../../engine/protocol/panels/outputsRequests.ts';
import type { Choice } from '../ui.ts';
import { REWARD_CHANGES } from './state.ts';

const NAMES: Readonly<Record<RewardChange, string>> = {
  changed: 'Changed by the reward',
  flipped: 'With signs that flip',
  died: 'Groups that die',
  revived: 'Groups that come alive',
  broken: 'With new failures',
};

/** Those that there is anything of. */
export function changeChoices(diff: ShownRewardDiff | null): Choice<RewardChange>[] {
  if (diff?.state !== 'done') return [];
  const changes = diff.parts.flatMap(({ change }) => change ?? []);
  return changes.map((change) => ({ value: change, label: NAMES[change] }));
}

export function isRewardChange(value: string): value is RewardChange {
  return REWARD_CHANGES.some((change) => change === value);
}
