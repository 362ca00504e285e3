/** Where experiments keep their runs: with the workspace folder they lie in, and beside themselves where they lie in none. */
import { dirname, join, sep } from 'node:path';
import { RUNS_FOLDER } from '../../engine/run/runsFolder.ts';
import { pathKey } from '../common/samePath.ts';

/** `folders` are the workspace's, absolute; of nested ones the innermost counts. */
export function rootOf(experimentPath: string, folders: readonly string[]): string {
  const inside = folders.filter((folder) => isInside(experimentPath, folder));
  return inside.sort((a, b) => b.length - a.length)[0] ?? dirname(experimentPath);
}

/** The folder for the runs of an experiment. */
export function runsDirOf(experimentPath: string, folders: readonly string[]): string {
  return join(rootOf(experimentPath, folders), RUNS_FOLDER);
}

/** Whether a path is a folder or lies in it. */
export function isInside(path: string, folder: string): boolean {
  const [inner, outer] = [pathKey(path), pathKey(folder)];
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : `${outer}${sep}`);
}
