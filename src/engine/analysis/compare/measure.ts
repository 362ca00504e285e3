/** What a number was measured with: only what the same code scored can be compared, or drawn on one axis. */
import type { Experiment, RewardConfig } from '../../protocol/experiment.ts';
import { rewardName } from '../../protocol/experimentChecks.ts';
import type { RunManifest } from '../../protocol/run.ts';
import { canonical } from './differences.ts';

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
  return reward === undefined ? null : identityOf(reward, manifest);
}

/** The same for what says "solved". */
export function solvedIdentity(experiment: Experiment, manifest: Described): string | null {
  const name = solvedBy(experiment);
  return name === null ? null : rewardIdentity(experiment, manifest, name);
}

/** The same for the weighted sum. */
export function combinedIdentity(experiment: Experiment, manifest: Described): string {
  return canonical(experiment.rewards.map((reward) => [identityOf(reward, manifest), reward.weight]));
}

function identityOf(reward: RewardConfig, { rewardHashes }: Described): string {
  return canonical([rewardHashes[rewardName(reward)], reward.function, reward.options]);
}

/** Metrics in the units of the combined reward. Dead groups are not among them: how often it is everywhere the same is a share. */
const OF_COMBINED = /^(reward|reward_std|groups\/reward_std)$/;
/** Metrics of one function. */
const OF_ONE = /^rewards\/(.+)\/(mean|std)$/;
/** Metrics that count what is solved. */
const OF_SOLVED = /^(eval\/(accuracy(_low|_high)?|(pass|maj)@\d+)|groups\/all_(correct|wrong)_frac)$/;

/**
 * Identifies the reward code behind a metric. null where none is: a length means the same in every run. Metrics of held-out
 * completions (`eval_...`) are those of training with that prefix.
 */
export function metricIdentity(experiment: Experiment, manifest: Described, metric: string): string | null {
  const name = metric.replace(/^eval_/, '');
  if (OF_COMBINED.test(name)) return combinedIdentity(experiment, manifest);
  const one = OF_ONE.exec(name)?.[1];
  if (one !== undefined) return rewardIdentity(experiment, manifest, one);
  return OF_SOLVED.test(name) ? solvedIdentity(experiment, manifest) : null;
}
