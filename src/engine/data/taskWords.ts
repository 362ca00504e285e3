/** What is said about the data of one of several tasks names the task. */
import { UserError } from '../protocol/errors.ts';

/** @param task null where the experiment has one dataset, of which nothing needs to be said */
export function ofTask(task: string | null, message: string): string {
  return task === null ? message : `Task ${task}: ${message}`;
}

/** Does what concerns one task. @throws UserError that names it, in place of one that does not */
export async function inTask<T>(task: string | null, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (task === null || !(error instanceof UserError)) throw error;
    throw new UserError(ofTask(task, error.message));
  }
}
