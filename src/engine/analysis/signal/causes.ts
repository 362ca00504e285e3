/** Why nothing is learned from a group: one cause for each group in which no completion has an advantage. */
import type { RewardResult, StopReason } from '../../protocol/completion.ts';
import type { Experiment } from '../../protocol/experiment.ts';
import { rewardName } from '../../protocol/experimentChecks.ts';
import type { SignalCause } from '../../protocol/panels/signal.ts';
import { weightAt } from '../../protocol/rewardWeights.ts';
import type { Task } from '../../protocol/tasks.ts';

/** Of a completion, what says whether it is learned from. */
export interface Advantaged {
  readonly stopReason: StopReason;
  readonly reward: number | null;
  /** null for what dynamic sampling threw away or screening put aside. */
  readonly advantage: number | null;
}

export interface Judged extends Advantaged {
  /** By reward name. */
  readonly rewards: Readonly<Record<string, RewardResult>>;
}

/** What of an experiment decides about causes, in one of its tasks. */
export interface SignalRules {
  /** Names of the rewards that count: those of another weight than 0 that apply to the task. */
  readonly weighted: readonly string[];
  /** The reward whose value 1 counts as solved. */
  readonly solvedBy: string;
  readonly maskTruncated: boolean;
}

/** @param step whose completions are looked at: weights may change from step to step */
export function signalRules(
  { rewards, algorithm }: Experiment,
  { rewards: applying, solvedBy }: Task,
  step: number,
): SignalRules {
  const weighted = rewards.filter(({ weight }) => weightAt(weight, step) !== 0).map(rewardName);
  return {
    weighted: weighted.filter((name) => applying.includes(name)),
    solvedBy,
    maskTruncated: algorithm.maskTruncated,
  };
}

/**
 * Whether nothing is learned from a group: no completion has an advantage other than 0 that the loss counts
 * (`algorithm.maskTruncated` leaves out what was cut off). What dynamic sampling threw away has no advantage on record; it counts by
 * whether its rewards differ, so that what was thrown away only because the batch was full is not held against the run. Groups that
 * screening put aside have none either, and are not asked about: whether the rest would have differed is not known.
 */
export function isDead(group: readonly Advantaged[], { maskTruncated }: Pick<SignalRules, 'maskTruncated'>): boolean {
  if (group.every(({ advantage }) => advantage === null)) return isConstant(rewardsOf(group));
  return group.every(
    ({ advantage, stopReason }) => (advantage ?? 0) === 0 || (maskTruncated && stopReason === 'length'),
  );
}

/**
 * The cause of a dead group; the first that holds, in this order:
 *
 * | cause | holds when |
 * |---|---|
 * | `failed` | fewer than two completions have a reward, and a reward function failed on one of the others |
 * | `unscored` | fewer than two completions have a reward: the functions said null, "not applicable" |
 * | `cancel` | completions differ in a reward of some weight, and yet their sums are the same; or they differ only in the reward that says "solved", whose weight is 0 |
 * | `right` | every completion that the deciding reward (`evaluation.reward`) gave a value has 1 |
 * | `truncated` | every completion was cut off at the greatest length; or what differed was, and `algorithm.maskTruncated` leaves it out |
 * | `unanswered` | the deciding reward looked for an answer in every text, and found none |
 * | `wrong` | no completion that the deciding reward gave a value has 1 |
 * | `undecided` | the deciding reward gave no value to any completion, and the other rewards are the same |
 *
 * @param answered for each completion, whether an answer was found in its text; null where that is not known. Asked for only where
 * it decides.
 */
export function causeOf(
  group: readonly Judged[],
  rules: SignalRules,
  answered: () => readonly boolean[] | null,
): SignalCause {
  const rewards = rewardsOf(group);
  if (rewards.length < 2) return group.some(hasFailed(rules)) ? 'failed' : 'unscored';
  if (!isConstant(rewards)) {
    return rules.maskTruncated && group.some(({ stopReason }) => stopReason === 'length') ? 'truncated' : 'cancel';
  }
  const telling = new Set([...rules.weighted, rules.solvedBy]);
  if ([...telling].some((name) => !isConstant(valuesOf(group, name)))) return 'cancel';
  const verdicts = valuesOf(group, rules.solvedBy);
  if (verdicts.length > 0 && verdicts.every((value) => value === 1)) return 'right';
  if (group.every(({ stopReason }) => stopReason === 'length')) return 'truncated';
  if (verdicts.length === 0) return 'undecided';
  return answered()?.every((found) => !found) === true ? 'unanswered' : 'wrong';
}

function hasFailed({ weighted }: SignalRules): (completion: Judged) => boolean {
  return ({ rewards }) => weighted.some((name) => 'error' in (rewards[name] ?? {}));
}

function rewardsOf(group: readonly Advantaged[]): number[] {
  return group.flatMap(({ reward }) => reward ?? []);
}

/** Of the completions that the function gave a value. */
function valuesOf(group: readonly Judged[], name: string): number[] {
  return group.flatMap(({ rewards }) => {
    const result = rewards[name];
    return result !== undefined && 'value' in result ? (result.value ?? []) : [];
  });
}

/** Exactly, as the advantages are. */
function isConstant(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}
