/** Runs that show what is left of a gain when what should have caused it is taken away. */
import { UserError } from '../protocol/errors.ts';
import type { Experiment, RewardConfig } from '../protocol/experiment.ts';
import { rewardConfigSchema } from '../protocol/experiment.ts';
import { rewardName, solvedBy } from '../protocol/experimentChecks.ts';
import { solvedByTask } from '../protocol/tasks.ts';

/**
 * The experiment as its `control` has it:
 *
 * - `random-reward` trains on a built-in reward that says 1 or 0 by chance. The experiment's own are metrics, of weight 0, and say as
 *   before what is solved.
 * - `no-training` measures the policy as it is, and takes no step.
 *
 * Once a run records it, it stays as it is.
 * @throws UserError where there is nothing to be a control of
 */
export function controlled(experiment: Experiment): Experiment {
  switch (experiment.control) {
    case undefined:
      return experiment;
    case 'no-training':
      return { ...experiment, training: { ...experiment.training, steps: 0 } };
    case 'random-reward': {
      const { method, rewards, evaluation, tasks } = experiment;
      if (method === 'sft' || rewards.length === 0)
        throw new UserError('control: random-reward takes the place of rewards, and this experiment trains on none.');
      const random = randomReward(experiment);
      const metrics = rewards.map((reward): RewardConfig => ({ ...reward, weight: 0 }));
      return {
        ...experiment,
        rewards: [...metrics, random],
        evaluation: { ...evaluation, reward: solvedBy(experiment) },
        ...(tasks === undefined ? {} : { tasks: withReward(tasks, experiment, rewardName(random)) }),
      };
    }
  }
}

type Tasks = NonNullable<Experiment['tasks']>;

/** With a reward more that applies to every task; what is solved is said as before. */
function withReward(tasks: Tasks, experiment: Experiment, reward: string): Tasks {
  const decides = solvedByTask(experiment);
  return Object.fromEntries(
    Object.entries(tasks).map(([name, task]) => [
      name,
      {
        ...task,
        ...(task.rewards === undefined ? {} : { rewards: [...task.rewards, reward] }),
        solvedBy: decides(name),
      },
    ]),
  );
}

/** Under a name that none of the others has. Its chance is the run's own, so that several seeds of a control are several tries. */
function randomReward({ rewards, seed }: Experiment): RewardConfig {
  const taken = new Set(rewards.map(rewardName));
  let name = 'random';
  while (taken.has(name)) name += '_control';
  return rewardConfigSchema.parse({ function: 'random', name, options: { seed } });
}
