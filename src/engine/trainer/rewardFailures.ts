/** Says that a reward function fails, once for each: an error beside a completion is easily overlooked, and every step has them. */
import type { RewardError } from '../protocol/completion.ts';
import { UserError } from '../protocol/errors.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { tasksOf, type skippedRewards } from '../protocol/tasks.ts';
import type { ScoredGroup } from './scoredGroup.ts';

interface Failures {
  readonly count: number;
  readonly first: RewardError;
}

export class RewardFailures {
  readonly #said = new Set<string>();

  /** Other code scores from here on: what fails of it is said again. */
  forget(): void {
    this.#said.clear();
  }

  /** One sentence for each function that fails for the first time. @param skipped by task, the rewards that were not asked */
  warnings(groups: readonly ScoredGroup[], skipped: ReturnType<typeof skippedRewards>): string[] {
    return [...failuresOf(groups)].flatMap(([name, { count, first }]) => {
      if (this.#said.has(name)) return [];
      this.#said.add(name);
      const total = completionsIn(groups.filter(({ problem }) => skipped(problem.task).skip?.includes(name) !== true));
      return [
        `The reward "${name}" failed on ${count} of ${total} completions, which have no reward from it. The first: ${first.message}`,
      ];
    });
  }
}

/** @throws UserError where what says what is solved in a task failed on every completion of it */
export function requireWorkingTasks(groups: readonly ScoredGroup[], experiment: Experiment): void {
  for (const { name, solvedBy } of tasksOf(experiment))
    requireWorking(
      groups.filter(({ problem }) => problem.task === name),
      solvedBy,
    );
}

/** @throws UserError where the function failed on every completion: what it would say of the others is not worth waiting for */
export function requireWorking(groups: readonly ScoredGroup[], reward: string): void {
  const failures = failuresOf(groups).get(reward);
  if (failures?.count !== completionsIn(groups)) return;
  throw new UserError(
    `The reward "${reward}" failed on all ${failures.count} completions of the first evaluation. Mend it and start again. The first: ${failures.first.message}`,
  );
}

function failuresOf(groups: readonly ScoredGroup[]): Map<string, Failures> {
  const failures = new Map<string, Failures>();
  for (const { scored } of groups)
    for (const { rewards } of scored)
      for (const [name, result] of Object.entries(rewards)) {
        if (!('error' in result)) continue;
        const { count, first } = failures.get(name) ?? { count: 0, first: result.error };
        failures.set(name, { count: count + 1, first });
      }
  return failures;
}

function completionsIn(groups: readonly ScoredGroup[]): number {
  return groups.reduce((sum, { scored }) => sum + scored.length, 0);
}
