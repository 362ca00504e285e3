/** Deleted runs lie in `.rlvr/trash` until someone empties it: the system's trash does not exist on remote machines. */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../protocol/errors.ts';
import { isLocked } from './lock.ts';

/**
 * Moves a run folder from `<dir>/runs` to `<dir>/trash`, and returns where it lies now.
 * @throws UserError where the run is being written, or the folder cannot be moved
 */
export function moveToTrash(runDir: string): string {
  if (isLocked(runDir)) throw new UserError('The run is still running. Stop it first.');
  const trash = join(dirname(dirname(runDir)), 'trash');
  const target = join(trash, basename(runDir));
  move(runDir, target);
  return target;
}

/** Undoes `moveToTrash`. @throws UserError where the folder cannot be moved */
export function restoreFromTrash(trashed: string, runDir: string): void {
  move(trashed, runDir);
}

function move(from: string, to: string): void {
  if (existsSync(to)) throw new UserError(`${to} exists already; move it away first.`);
  try {
    mkdirSync(dirname(to), { recursive: true });
    renameSync(from, to);
  } catch (error) {
    throw new UserError(`${from} cannot be moved: ${error instanceof Error ? error.message : String(error)}`);
  }
}
