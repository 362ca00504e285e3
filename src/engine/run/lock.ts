/**
 * Locks that one process has at a time: the one writer of a run, and what else engines take turns at. A lock is the operating system's
 * own, taken through SQLite on an empty file: it ends with the process however that ends, so a lock is never stale, no process id
 * is ever mistaken for another, and there is no moment at which two takers of a dead process's lock can both succeed. Who writes a
 * run is said in its `run.sqlite`, for the message.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isBusy } from './errors.ts';
import { LOCK_FILE, sweepLockFile } from './layout.ts';

/** Milliseconds: longer than a reader's look at the lock takes, shorter than a person notices. */
const PATIENCE_MS = 500;

export interface FileLock {
  release(): void;
}

/** Takes the lock of a run, or returns null where another writer has it. */
export function takeLock(dir: string): FileLock | null {
  return takeFileLock(join(dir, LOCK_FILE), PATIENCE_MS);
}

/** Takes the lock of a sweep, by which one process at a time trains its runs in a folder of runs; null where another has it. */
export function takeSweepLock(runsDir: string, sweep: string): FileLock | null {
  return takeFileLock(join(runsDir, sweepLockFile(sweep)), PATIENCE_MS);
}

/** Whether some process writes the run at this moment; false where the lock file is missing or cannot be opened. */
export function isLocked(dir: string): boolean {
  return isFileLocked(join(dir, LOCK_FILE));
}

/**
 * Takes the lock on a file, which is made where it is missing and stays empty, or returns null where another has it.
 * @param patience milliseconds to wait for it, during which this thread stands still
 */
export function takeFileLock(path: string, patience: number): FileLock | null {
  const db = new DatabaseSync(path);
  try {
    db.exec(`PRAGMA busy_timeout = ${patience}; BEGIN EXCLUSIVE;`);
  } catch (error) {
    db.close();
    if (isBusy(error)) return null;
    throw error;
  }
  return { release: () => db.close() };
}

/** Whether some process has the lock on a file at this moment; false where the file is missing or cannot be opened. */
export function isFileLocked(path: string): boolean {
  let db: DatabaseSync;
  try {
    db = new DatabaseSync(path, { readOnly: true });
  } catch {
    return false;
  }
  try {
    db.exec('SELECT count(*) FROM sqlite_schema');
    return false;
  } catch (error) {
    return isBusy(error);
  } finally {
    db.close();
  }
}
