/** Metrics of what was sampled and how it scored. Names and, where nothing else is said, definitions are TRL's. */
import type { ScoredCompletion } from '../protocol/completion.ts';
import type { Metrics } from '../protocol/metrics.ts';
import type { Task } from '../protocol/tasks.ts';
import { inGroups } from './groups.ts';
import { isConstant, mean, sampleStd, sum } from './moments.ts';
import { present, rewardValues } from './rewardValues.ts';

export interface RolloutBatch {
  /** Group by group; what dynamic sampling threw away is not in it. */
  readonly scored: readonly ScoredCompletion[];
  readonly groupSize: number;
  /** In the experiment's order. */
  readonly rewardNames: readonly string[];
  /** Of each group, the one that its problem is of. */
  readonly tasks: readonly Pick<Task, 'rewards' | 'solvedBy'>[];
}

/** Lengths, rewards, groups and reward errors of one rollout batch; an empty batch has no metrics. */
export function rolloutMetrics(batch: RolloutBatch): Metrics {
  if (batch.scored.length === 0) return {};
  return {
    ...lengthMetrics(batch.scored),
    ...rewardMetrics(batch),
    ...groupMetrics(batch),
    'completions/duplicate_frac': duplicateShare(batch),
    ...errorMetrics(batch),
  };
}

/**
 * Tokens processed: the prompt, counted once per completion, and the completion. `num_tokens` is this summed over the steps so far;
 * as in TRL, which knows no dynamic sampling, completions that were thrown away do not count.
 */
export function tokensProcessed(rows: readonly { readonly prompt: Int32Array; readonly tokens: Int32Array }[]): number {
  return sum(rows.map((row) => row.prompt.length + row.tokens.length));
}

/** Lengths in tokens. `terminated` are those that ended by themselves (`stop` or `eos`); where none did, their lengths read 0. */
function lengthMetrics(scored: readonly ScoredCompletion[]): Metrics {
  const lengths = scored.map(({ completion }) => completion.tokens.length);
  const terminated = scored
    .filter(({ completion }) => completion.stopReason !== 'length')
    .map(({ completion }) => completion.tokens.length);
  const shown = terminated.length === 0 ? [0] : terminated;
  return {
    'completions/mean_length': mean(lengths),
    'completions/min_length': smallest(lengths),
    'completions/max_length': largest(lengths),
    'completions/mean_terminated_length': mean(shown),
    'completions/min_terminated_length': smallest(shown),
    'completions/max_terminated_length': largest(shown),
    'completions/clipped_ratio': 1 - terminated.length / lengths.length,
  };
}

/**
 * Means and standard deviations (ddof = 1) over the completions that have a value; `reward_std` is over the whole batch. A function
 * that applied nowhere has no metrics in this step. TRL leaves the spread of a single value open: it is 0 here.
 */
function rewardMetrics({ scored, rewardNames }: RolloutBatch): Metrics {
  const metrics: Metrics = {};
  const add = (values: readonly number[], meanName: string, stdName: string): void => {
    if (values.length === 0) return;
    metrics[meanName] = mean(values);
    metrics[stdName] = sampleStd(values);
  };
  for (const name of rewardNames) {
    add(present(rewardValues(scored, name)), `rewards/${name}/mean`, `rewards/${name}/std`);
  }
  add(present(scored.map((row) => row.reward)), 'reward', 'reward_std');
  return metrics;
}

/**
 * `groups/reward_std`: the standard deviation (ddof = 1) of the rewards in a group, averaged over the groups that have at least two:
 * what completions of one problem differ by, which alone is what is learned from. `reward_std` also counts what problems differ by.
 *
 * The others are shares of the batch's groups. `frac_reward_zero_std`: rewards do not differ (exactly; a group with fewer than two rewards has
 * nothing to differ). `all_correct` and `all_wrong`: every completion that the task's `solvedBy` gave a value was solved, or none was; a group
 * without any value is neither.
 */
function groupMetrics({ scored, groupSize, tasks }: RolloutBatch): Metrics {
  const groups = inGroups(scored, groupSize);
  const verdicts = groups.map((group, index) => present(rewardValues(group, tasks[index]?.solvedBy ?? '')));
  const allAre = (verdict: (value: number) => boolean): number =>
    verdicts.filter((values) => values.length > 0 && values.every(verdict)).length / groups.length;
  const spreads = groups
    .map((group) => present(group.map((row) => row.reward)))
    .filter((rewards) => rewards.length > 1)
    .map(sampleStd);
  return {
    ...(spreads.length === 0 ? {} : { 'groups/reward_std': mean(spreads) }),
    frac_reward_zero_std: zeroStdShare(groups),
    'groups/all_correct_frac': allAre((value) => value === 1),
    'groups/all_wrong_frac': allAre((value) => value !== 1),
  };
}

/** The share of groups whose rewards do not differ: exactly, and where there are fewer than two. */
export function zeroStdShare(groups: readonly (readonly ScoredCompletion[])[]): number {
  return groups.filter((group) => isConstant(present(group.map((row) => row.reward)))).length / groups.length;
}

/** The share of completions whose text one before them in their group has already: 0 where all differ, (n - 1) / n where all are one. */
function duplicateShare({ scored, groupSize }: RolloutBatch): number {
  const repeated = inGroups(scored, groupSize).map(
    (group) => group.length - new Set(group.map(({ completion }) => completion.text)).size,
  );
  return sum(repeated) / scored.length;
}

/**
 * Shares of all verdicts (completions x functions that apply to their task): those that are an error of any kind, and those that are a
 * timeout.
 */
function errorMetrics({ scored, groupSize, tasks }: RolloutBatch): Metrics {
  const verdicts = inGroups(scored, groupSize).flatMap((group, index) =>
    group.flatMap(({ rewards }) => (tasks[index]?.rewards ?? []).flatMap((name) => rewards[name] ?? [])),
  );
  if (verdicts.length === 0) return {};
  const errors = verdicts.filter((verdict) => 'error' in verdict);
  const timeouts = errors.filter((verdict) => verdict.error.kind === 'timeout');
  return {
    'reward/error_rate': errors.length / verdicts.length,
    'reward/timeout_rate': timeouts.length / verdicts.length,
  };
}

/** Not by spreading into Math.min: a batch may be longer than an argument list. */
function smallest(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}
