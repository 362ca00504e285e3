/** What a number was measured with: only what the same code scored can be compared, or drawn on one axis. */
import type { Experiment, RewardConfig } from '../../protocol/experiment.ts';
import { rewardName } from '../../protocol/experimentChecks.ts';
import type { RunManifest } from '../../protocol/run.ts';
import { metricSource } from '../../words/rewardMetrics.ts';
import { canonical, withoutRunSeed } from './differences.ts';

type Described = Pick<RunManifest, 'rewardHashes'>;

/** The name of the reward whose value 1 counts as solved; null where there are no rewards. */
export function solvedBy({ evaluation, rewards }: Experiment): string | null {
  const [first] = rewards;
  return evaluation.reward ?? (first ? rewardName(first) : null);
}

/**
 * Identifies the code that gives the values of a reward: its source with all that it imports, which of its functions, and the
 * options it is given. null for a reward that the run does not have.
 */
export function rewardIdentity(experiment: Experiment, manifest: Described, name: string): string | null {
  const reward = experiment.rewards.find((candidate) => rewardName(candidate) === name);
  return reward === undefined ? null : identityOf(withoutRunSeed(reward, experiment.seed), manifest);
}

/** The same for what says "solved". */
export function solvedIdentity(experiment: Experiment, manifest: Described): string | null {
  const name = solvedBy(experiment);
  return name === null ? null : rewardIdentity(experiment, manifest, name);
}

/** The same for the weighted sum. */
export function combinedIdentity(experiment: Experiment, manifest: Described): string {
  const rewards = experiment.rewards.map((reward) => withoutRunSeed(reward, experiment.seed));
  return canonical(rewards.map((reward) => [identityOf(reward, manifest), reward.weight]));
}

function identityOf(reward: RewardConfig, { rewardHashes }: Described): string {
  return canonical([rewardHashes[rewardName(reward)], reward.function, reward.options]);
}

/**
 * Identifies the reward code behind a metric. null where none is: a length means the same in every run. Metrics of held-out
 * completions (`eval_...`) are those of training with that prefix.
 */
export function metricIdentity(experiment: Experiment, manifest: Described, metric: string): string | null {
  const source = metricSource(metric);
  switch (source?.of) {
    case 'combined':
      return combinedIdentity(experiment, manifest);
    case 'one':
      return rewardIdentity(experiment, manifest, source.name);
    case 'solved':
      return solvedIdentity(experiment, manifest);
    case undefined:
      return null;
  }
}
