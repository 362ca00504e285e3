/** Where the reward functions of an experiment lie, and what of the disk their process may therefore read. */
import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

export interface GraderPlace {
  /** Of the experiment: places in error messages are relative to it. */
  readonly folder: string;
  /** Folders with all that is in them, each as it is named and as it is when links are followed. */
  readonly readable: readonly string[];
}

/**
 * The project that the experiment belongs to, the folders of its reward files, and the bundled modules: a reward may read a table that
 * lies anywhere in its project, and nothing else of the user's.
 *
 * @param folder of the experiment, absolute
 * @param modules folder of the bundled modules, which must be there when a process is started
 * @param files reward files, absolute
 */
export function graderPlace(folder: string, modules: string, files: readonly string[]): GraderPlace {
  const wanted = [projectFolder(folder), modules, ...files.map((file) => path.dirname(file))];
  // Node compares names and does not follow links before it does.
  const named = [...new Set(wanted.flatMap((each) => [each, followed(each)]))].sort();
  return { folder, readable: named.filter((each) => !named.some((other) => other !== each && isWithin(other, each))) };
}

/** The nearest folder above that is a repository, else the folder itself. Never all that belongs to the user, or the whole disk. */
export function projectFolder(folder: string): string {
  const home = homedir();
  for (let above = folder; ; above = path.dirname(above)) {
    if (isWithin(above, home) || above === path.dirname(above)) return folder;
    if (existsSync(path.join(above, '.git'))) return above;
  }
}

function isWithin(folder: string, inner: string): boolean {
  const relative = path.relative(folder, inner);
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
}

function followed(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
