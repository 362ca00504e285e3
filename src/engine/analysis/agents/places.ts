/** Where an agent may look: the runs it was given, and nothing that an argument of its could lead to. */
import { existsSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../../protocol/errors.ts';
import { DATABASE_FILE } from '../../run/layout.ts';
import { isRunId } from '../../run/runId.ts';
import { listRunFolders } from '../../run/runs.ts';
import { isInside } from './projects.ts';

export interface RunPlaces {
  /** Folders of runs. */
  readonly runsDirs: readonly string[];
  /** Single runs. */
  readonly runDirs: readonly string[];
}

/**
 * The folder of a run.
 * @throws UserError where no run that was given has this id
 */
export function findRun({ runsDirs, runDirs }: RunPlaces, id: string): string {
  const found = isRunId(id)
    ? [
        ...runsDirs.filter((dir) => holds(dir, id)).map((dir) => join(dir, id)),
        ...runDirs.filter((dir) => basename(dir) === id),
      ]
    : [];
  const [dir] = found;
  if (dir === undefined)
    throw new UserError(`There is no run ${JSON.stringify(id)}. rlvr_list_runs gives the ids there are.`);
  return dir;
}

/** The folders of all runs, newest first. */
export function runFolders({ runsDirs, runDirs }: RunPlaces): string[] {
  const inDirs = runsDirs.flatMap((dir) => listRunFolders(dir).filter((folder) => holds(dir, basename(folder))));
  return [...new Set([...inDirs, ...runDirs])].sort((a, b) => (basename(a) < basename(b) ? 1 : -1));
}

/** A run that lies in the folder, and not behind a link that leads elsewhere. */
function holds(runsDir: string, id: string): boolean {
  const dir = join(runsDir, id);
  return existsSync(join(dir, DATABASE_FILE)) && isInside(realpathSync(dir), realpathSync(runsDir));
}
