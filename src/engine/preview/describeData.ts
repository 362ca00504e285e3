/** What an experiment's data is like, told before anything is trained. */
import { findTaskLeaks, type TaskLeak } from '../data/taskLeaks.ts';
import { inTask } from '../data/taskWords.ts';
import type { DataOverview } from '../protocol/dataOverview.ts';
import type { Experiment } from '../protocol/experiment.ts';
import { tasksOf } from '../protocol/tasks.ts';
import { describeTask, type DescribedTask, type DescribeOptions } from './describeTask.ts';

/**
 * Reads, splits and looks through the data as training would, task by task. What is wrong with single rows, and a model that cannot be
 * read, is told and not thrown.
 * @param path of the experiment file, absolute
 * @throws UserError where the data cannot be read or split; the signal's reason when it aborts
 */
export async function describeData(
  experiment: Experiment,
  path: string,
  options: DescribeOptions,
): Promise<DataOverview[]> {
  const described: DescribedTask[] = [];
  for (const task of tasksOf(experiment))
    described.push(await inTask(task.name, () => describeTask(task, experiment, path, options)));
  const leaks = findTaskLeaks(described.map(({ task, questions, alike }) => ({ task, parts: questions, alike })));
  return described.map(({ task, overview }) => ({
    ...overview,
    leaks: leaks.filter((leak) => leak.task === task).map(leakOf),
  }));
}

function leakOf({ part, from, fromTask, total, same, near, alike }: TaskLeak): DataOverview['leaks'][number] {
  return { part, from, ...(fromTask !== null && { fromTask }), total, same: [...same], near: [...near], alike };
}
