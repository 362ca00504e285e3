/** The two sides of a difference for one group, as Outputs shows them on its completions. */
import type { DiffSide } from '../../engine/analysis/rewards/diffSide.ts';
import { rangeOf, type RewardDiff } from '../../engine/analysis/rewards/rewardDiff.ts';
import { valueAt } from '../../engine/analysis/rewards/verdicts.ts';
import type { NewScore, NewVerdict } from '../../engine/protocol/panels/outputs.ts';
import type { GroupName } from '../../engine/protocol/panels/outputsRequests.ts';

export interface GroupScores {
  /** One for each completion, in the order of their keys; so is `after`. */
  readonly before: readonly NewScore[];
  readonly after: readonly NewScore[];
}

/** null for a group that was not compared. */
export function groupScores(diff: RewardDiff, { scope, problem, step }: GroupName): GroupScores | null {
  const range = rangeOf(diff, { ...scope, problem, step });
  return range === null
    ? null
    : { before: scoresOf(diff.before, range.from, range.to), after: scoresOf(diff.after, range.from, range.to) };
}

function scoresOf({ weights, values, errors, rewards, advantages }: DiffSide, from: number, to: number): NewScore[] {
  const failed = errors.filter(({ completion }) => completion >= from && completion < to);
  return Array.from({ length: to - from }, (_, place) => {
    const index = from + place;
    const verdicts = Object.keys(weights).map((name): [string, NewVerdict] => {
      const error = failed.find(({ completion, reward }) => completion === index && reward === name);
      return [name, error ? { error: error.message } : { value: valueAt(values[name], index) }];
    });
    return {
      reward: valueAt(rewards, index),
      verdicts: Object.fromEntries(verdicts),
      advantage: valueAt(advantages, index),
    };
  });
}
