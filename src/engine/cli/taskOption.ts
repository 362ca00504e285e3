/** `--task NAME`: one of an experiment's tasks. */
import { UserError } from '../protocol/errors.ts';
import { nearest } from '../protocol/nearest.ts';
import { tasksOf, type Task, type TasksOfExperiment } from '../protocol/tasks.ts';

/**
 * The task of a name, or all of them where none is given.
 * @throws UserError for a name that none has
 */
export function chosenTasks(experiment: TasksOfExperiment, name: string | undefined): readonly [Task, ...Task[]] {
  const tasks = tasksOf(experiment);
  if (name === undefined) return tasks;
  const found = tasks.find((task) => task.name === name);
  if (found !== undefined) return [found];
  throw unknownTask(
    tasks.flatMap((task) => task.name ?? []),
    name,
  );
}

/** @param names of all tasks; none where there is one dataset. @throws UserError for a name that is not among them */
export function requireTask(names: readonly string[], name: string): void {
  if (!names.includes(name)) throw unknownTask(names, name);
}

function unknownTask(names: readonly string[], name: string): UserError {
  if (names.length === 0)
    return new UserError('--task names one of several tasks, and the experiment has one dataset: leave it out.');
  const guess = nearest(name, names);
  return new UserError(
    `The experiment has no task "${name}"; ${guess === undefined ? `it has ${names.join(', ')}` : `did you mean "${guess}"?`}`,
  );
}
