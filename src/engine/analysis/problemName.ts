/** What a problem of a run is called. */
import { rowOfProblem, taskOfProblem, type RunTasks } from '../protocol/tasks.ts';
import { count } from '../words/format.ts';

/** `problem 12` by its row in the dataset file, or of several tasks `row 12 of svamp`. @param manifest the run's */
export function problemName(manifest: RunTasks, problem: number): string {
  const task = taskOfProblem(manifest, problem);
  const row = count(rowOfProblem(manifest, problem));
  return task === null ? `problem ${row}` : `row ${row} of ${task}`;
}
