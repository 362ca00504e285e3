/** What the editor asks about files of sweeps. */
import { sweepOfFile } from '../../engine/analysis/sweep/sweepOfFile.ts';
import type { Sweep } from '../../engine/analysis/sweep/planSweep.ts';
import { takeSweepLock, type FileLock } from '../../engine/run/lock.ts';
import { makeRunsFolder } from '../../engine/run/runsFolder.ts';
import type { Readers } from './readers.ts';

export interface PlannedSweep {
  readonly sweep: Sweep;
  readonly experimentPath: string;
}

/** By sweep; they end with this thread, at the latest. */
const locks = new Map<string, FileLock>();

export const sweepMethods = {
  /** Whether this window may train the runs of a sweep now: where a terminal or another window does, it may not. */
  takeSweep: (_: Readers, { runsDir, id }: { readonly runsDir: string; readonly id: string }): boolean => {
    makeRunsFolder(runsDir);
    const lock = takeSweepLock(runsDir, id);
    if (lock !== null) locks.set(id, lock);
    return lock !== null;
  },

  releaseSweep: (_: Readers, { id }: { readonly id: string }): void => {
    locks.get(id)?.release();
    locks.delete(id);
  },

  /** @param text of the file, as it stands in its editor @throws UserError where it is no sweep, or one of its runs is wrong */
  planSweep: (_: Readers, { path, text }: { readonly path: string; readonly text: string }): PlannedSweep => {
    const { sweep, experimentPath } = sweepOfFile(path, { text });
    return { sweep, experimentPath };
  },
};
