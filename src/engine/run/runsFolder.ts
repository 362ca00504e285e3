/** The folder for runs, `.rlvr/runs` of a project. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../protocol/errors.ts';

/** Where runs of a project are, under its root. */
export const RUNS_FOLDER = join('.rlvr', 'runs');

/**
 * Makes the folder, and keeps what is in `.rlvr` out of version control: runs are large, and made again from what is in it.
 * @param advice what to do where it cannot be made
 * @throws UserError where it cannot be made
 */
export function makeRunsFolder(path: string, advice = 'Give another with --runs.'): void {
  const parent = dirname(path);
  try {
    mkdirSync(path, { recursive: true });
    const ignore = join(parent, '.gitignore');
    if (basename(parent) === '.rlvr' && !existsSync(ignore)) writeFileSync(ignore, '*\n');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`The folder for runs, ${path}, cannot be made: ${reason}. ${advice}`);
  }
}
