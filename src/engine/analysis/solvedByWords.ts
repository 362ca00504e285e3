/** What an experiment counts as solved. */
import { tasksOf, type TasksOfExperiment } from '../protocol/tasks.ts';

/**
 * The reward whose value 1 counts as solved: `correct`, or of tasks that have not all the same `exact (gsm8k), choice (arc)`; null where
 * nothing is rewarded.
 */
export function solvedByWords(experiment: TasksOfExperiment): string | null {
  const tasks = tasksOf(experiment);
  const [{ solvedBy }] = tasks;
  if (tasks.every((task) => task.solvedBy === solvedBy)) return solvedBy === '' ? null : solvedBy;
  return tasks.map((task) => `${task.solvedBy} (${task.name ?? ''})`).join(', ');
}
