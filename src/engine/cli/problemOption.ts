/** `--task NAME` and `--problem N`: problems of a run, as their dataset files have them. */
import { UserError } from '../protocol/errors.ts';
import { rowOfProblem, taskOfProblem, type RunTasks } from '../protocol/tasks.ts';
import { requireTask } from './taskOption.ts';

export interface ProblemOptions {
  readonly task: string | undefined;
  /** Row in the dataset file, from 0; null for all. */
  readonly problem: number | null;
}

/**
 * Tells which of a run's problems are meant, by their numbers in it: all where nothing is given.
 * @param manifest the run's
 * @throws UserError for a task that the run has not, and for a row without a task where there are several
 */
export function chosenProblems(manifest: RunTasks, { task, problem }: ProblemOptions): (number: number) => boolean {
  const names = (manifest.tasks ?? []).map(({ name }) => name);
  if (task !== undefined) requireTask(names, task);
  if (problem !== null && task === undefined && names.length > 1)
    throw new UserError(`--problem is a row of one task: say of which with --task, ${names.join(' or ')}.`);
  return (number) =>
    (task === undefined || taskOfProblem(manifest, number) === task) &&
    (problem === null || rowOfProblem(manifest, number) === problem);
}
