/** What is otherwise in every other trainer. */
import type { HandedExperiment } from './openExperiment.ts';
import { rewardName } from '../protocol/experimentChecks.ts';
import type { Remark } from '../protocol/handover.ts';
import { isScheduled, weightAt } from '../protocol/rewardWeights.ts';
import { tasksOf } from '../protocol/tasks.ts';
import { different, missing } from './remark.ts';

/** @param inexact prompts whose tokens differ from ours */
export function commonRemarks({ experiment, rewards }: HandedExperiment, inexact: number): Remark[] {
  const remarks = [
    different(
      'seed',
      'Problems come in another order and tokens are drawn by other random numbers: no run is repeated, only its settings are.',
    ),
    different(
      'device',
      'RLVR-Ops computes in 32 bits and gives the same bytes each time; here the precision and the order of sums are those of the other program.',
    ),
  ];
  if (inexact > 0)
    remarks.push(
      different(
        'dataset.prompt',
        `${inexact} prompts are turned into other tokens than ours: special tokens stand in front of them, or do not.`,
      ),
    );
  if (rewards.some(({ config }) => config.timeout !== 2 || config.file !== undefined))
    remarks.push(
      different(
        'rewards[].timeout',
        'Rewards in Python run in the trainer itself: no limit of time or memory ends one that hangs.',
      ),
    );
  for (const reward of experiment.rewards)
    if (isScheduled(reward.weight))
      remarks.push(
        different(
          `rewards[${rewardName(reward)}].weight`,
          `A weight is one number here: ${weightAt(reward.weight, experiment.training.steps)}, that of the last step. In RLVR-Ops it changes with the steps.`,
        ),
      );
  if (experiment.control !== undefined)
    remarks.push(
      missing('control', `This is the experiment itself; its control "${experiment.control}" is of RLVR-Ops.`),
    );
  if (rewards.length > 1)
    remarks.push(
      different(
        'rewards',
        'Where one of several functions fails, here the others still make a reward; in RLVR-Ops such a completion has none.',
      ),
    );
  if (Object.values(experiment.guards).some((guard) => guard?.action === 'stop'))
    remarks.push(missing('guards', 'Nothing stops the run where a bound is passed; RLVR-Ops would.'));
  if (experiment.curriculum !== undefined)
    remarks.push(
      missing('curriculum', 'All problems are drawn alike, in a random order; in RLVR-Ops a curriculum decides.'),
    );
  const tasks = tasksOf(experiment);
  if (tasks.length > 1)
    remarks.push(
      different(
        'tasks',
        'Each problem has its task as `rlvr_task`, by which rewards apply, and train.parquet has those of each task as often as its weight asks. What of them a step has is chance; in RLVR-Ops each step has its share.',
      ),
    );
  if (tasks.some(({ dataset }) => dataset.test !== undefined))
    remarks.push(
      missing(
        tasks.length > 1 ? 'tasks.*.dataset.test' : 'dataset.test',
        'test.parquet is written, and nothing here looks at it.',
      ),
    );
  return remarks;
}
