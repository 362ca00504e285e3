/** Where a recorded problem is from, and which are of a task. */
import type { ProblemPlace } from '../../protocol/panels/outputs.ts';
import { rowOfProblem, taskOfProblem, type RunTasks } from '../../protocol/tasks.ts';

/** @param manifest the run's */
export function problemPlace(manifest: RunTasks, problem: number): ProblemPlace {
  return { task: taskOfProblem(manifest, problem), row: rowOfProblem(manifest, problem) };
}

/** The problems of a task as SQLite is asked for them: from one number on, up to one that is no longer of it. */
export interface ProblemRange {
  readonly fromProblem: number;
  readonly toProblem: number;
}

/** null for those of all tasks, where none is named or the run has it not. */
export function problemRange({ tasks = [] }: RunTasks, task: string | undefined): ProblemRange | null {
  const index = tasks.findIndex(({ name }) => name === task);
  const place = tasks[index];
  if (place === undefined) return null;
  return { fromProblem: place.first, toProblem: tasks[index + 1]?.first ?? Number.MAX_SAFE_INTEGER };
}
