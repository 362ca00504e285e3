/** What a number was measured with: only what the same code scored can be compared, or drawn on one axis. */
import type { Experiment, RewardConfig } from '../../protocol/experiment.ts';
import { rewardName } from '../../protocol/experimentChecks.ts';
import type { RunManifest } from '../../protocol/run.ts';
import { tasksOf } from '../../protocol/tasks.ts';
import { metricSource } from '../../words/rewardMetrics.ts';
import { taskMetric } from '../../words/taskMetrics.ts';
import { canonical, withoutRunSeed } from './differences.ts';

type Described = Pick<RunManifest, 'rewardHashes'>;

/**
 * Identifies the code that gives the values of a reward: its source with all that it imports, which of its functions, and the
 * options it is given. null for a reward that the run does not have.
 */
export function rewardIdentity(experiment: Experiment, manifest: Described, name: string): string | null {
  const reward = experiment.rewards.find((candidate) => rewardName(candidate) === name);
  return reward === undefined ? null : identityOf(withoutRunSeed(reward, experiment.seed), manifest);
}

/** By task, the same for what says "solved" there; null where nothing is rewarded. A single one without a name for one dataset. */
export function solvedIdentities(
  experiment: Experiment,
  manifest: Described,
): ReadonlyMap<string | null, string | null> {
  return new Map(
    tasksOf(experiment).map(({ name, solvedBy }) => [name, rewardIdentity(experiment, manifest, solvedBy)]),
  );
}

/** The same for the weighted sum; of one of several tasks that of the rewards that apply to it. */
export function combinedIdentity(experiment: Experiment, manifest: Described, task: string | null = null): string {
  const tasks = tasksOf(experiment);
  const applying = tasks.find(({ name }) => name === task)?.rewards;
  const rewards = experiment.rewards
    .filter((reward) => applying?.includes(rewardName(reward)) ?? true)
    .map((reward) => withoutRunSeed(reward, experiment.seed));
  const combined = rewards.map((reward) => [identityOf(reward, manifest), reward.weight]);
  // Over several tasks it is also which of them each applies to.
  const several = task === null && tasks[0].name !== null;
  return canonical(several ? [combined, tasks.map((own) => [own.name, own.rewards])] : combined);
}

function identityOf(reward: RewardConfig, { rewardHashes }: Described): string {
  return canonical([rewardHashes[rewardName(reward)], reward.function, reward.options]);
}

/**
 * Identifies the reward code behind a metric. null where none is: a length means the same in every run. Metrics of held-out
 * completions (`eval_...`) are those of training with that prefix, and those of a task (`tasks/NAME/...`) those of the run.
 */
export function metricIdentity(experiment: Experiment, manifest: Described, metric: string): string | null {
  const source = metricSource(metric);
  const task = taskMetric(metric)?.task ?? null;
  switch (source?.of) {
    case 'combined':
      return combinedIdentity(experiment, manifest, task);
    case 'one':
      return rewardIdentity(experiment, manifest, source.name);
    case 'solved':
      return solvedOf(solvedIdentities(experiment, manifest), task);
    case undefined:
      return null;
  }
}

/** Over several tasks what is solved is told by all of theirs. */
function solvedOf(identities: ReadonlyMap<string | null, string | null>, task: string | null): string | null {
  const own = identities.get(task);
  return own === undefined ? canonical([...identities].sort()) : own;
}
