/** How many problems a run trains on, of which nothing but the passes over them is recorded. */
import type { Experiment } from '../../protocol/experiment.ts';
import { tasksOf } from '../../protocol/tasks.ts';
import { drawsOfTasks } from '../../protocol/taskShares.ts';

type Trained = Parameters<typeof tasksOf>[0] & Pick<Experiment, 'training'>;

/**
 * The training parts of all tasks: of each what was drawn of it, divided by its passes. null where one of them was not drawn from.
 * @param step up to which problems were drawn
 * @param passes of a metric, `epoch` or `tasks/NAME/epoch`, its value after that step
 */
export function trainingProblems(
  experiment: Trained,
  step: number,
  passes: (metric: string) => number | undefined,
): number | null {
  const tasks = tasksOf(experiment);
  const drawn = drawsOfTasks(
    tasks.map(({ weight }) => weight),
    step * experiment.training.problemsPerStep,
  );
  return tasks.reduce((sum: number | null, { name }, task) => {
    const epoch = passes(name === null ? 'epoch' : `tasks/${name}/epoch`) ?? 0;
    return sum === null || epoch === 0 ? null : sum + Math.round((drawn[task] ?? 0) / epoch);
  }, 0);
}
