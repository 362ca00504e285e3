/** Metrics of the tasks of a run, apart: `tasks/NAME/...`, beside those of the whole batch. */
import type { ScoredCompletion } from '../protocol/completion.ts';
import type { Metrics } from '../protocol/metrics.ts';
import { mean } from './moments.ts';
import { present, rewardValue } from './rewardValues.ts';
import { zeroStdShare } from './rolloutMetrics.ts';

/** A group of completions of one of several tasks. */
export interface TaskGroup {
  readonly task: string;
  readonly scored: readonly ScoredCompletion[];
  /** The reward whose value 1 counts as solved in this task. */
  readonly solvedBy: string;
}

/**
 * Of each task that has a group among these: how many `problems`; `reward` and `frac_reward_zero_std` as of the whole batch;
 * `completions/mean_length` in tokens; and `solved`, the share of completions that the task's own reward calls solved, of all of them.
 */
export function taskMetrics(groups: readonly TaskGroup[]): Metrics {
  const byTask = Map.groupBy(groups, ({ task }) => task);
  return Object.fromEntries(
    [...byTask].flatMap(([task, own]) =>
      Object.entries(metricsOf(own)).map(([name, value]) => [taskMetricName(task, name), value] as const),
    ),
  );
}

/** @param name as the whole batch has it */
export function taskMetricName(task: string, name: string): string {
  return `tasks/${task}/${name}`;
}

function metricsOf(groups: readonly TaskGroup[]): Metrics {
  const scored = groups.flatMap((group) => group.scored);
  const rewards = present(scored.map(({ reward }) => reward));
  const solved = groups.flatMap((group) =>
    group.scored.filter((row) => rewardValue(row.rewards[group.solvedBy]) === 1),
  );
  return {
    problems: groups.length,
    ...(rewards.length === 0 ? {} : { reward: mean(rewards) }),
    solved: solved.length / scored.length,
    frac_reward_zero_std: zeroStdShare(groups.map((group) => group.scored)),
    'completions/mean_length': mean(scored.map(({ completion }) => completion.tokens.length)),
  };
}
