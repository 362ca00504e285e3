/** Which datasets of the Hugging Face hub somebody asks for. */
import { readFile } from 'node:fs/promises';
import { hubSourcesOf, type NamedSource } from '../data/sources.ts';
import { isHubSource, parseHubSource } from '../protocol/hubSource.ts';
import { UserError } from '../protocol/errors.ts';
import { parseExperiment } from '../protocol/experimentFile.ts';
import { tasksOf, type TasksOfExperiment } from '../protocol/tasks.ts';

/** Of all of its tasks. A dataset of two tasks is fetched once, and found again. */
export function hubSourcesOfTasks(experiment: TasksOfExperiment): NamedSource[] {
  return tasksOf(experiment).flatMap(({ dataset }) => hubSourcesOf(dataset));
}

/**
 * @param what a dataset, `hf:owner/name`, or else an experiment file
 * @param path of that file, absolute
 * @throws UserError where it is neither, or an experiment that names none
 */
export async function sourcesToGet(what: string, path: string): Promise<NamedSource[]> {
  if (isHubSource(what)) return [{ role: 'train', source: parseHubSource(what).text }];
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UserError(
      `${what} is no dataset of the hub, hf:owner/name, and cannot be read as an experiment file (${error instanceof Error ? error.message : String(error)}).`,
    );
  });
  const sources = hubSourcesOfTasks(parseExperiment(text, path));
  if (sources.length > 0) return sources;
  throw new UserError(`${path} names no dataset of the hub: its problems are files, and there is nothing to fetch.`);
}
