/**
 * One writer per run. The lock is the operating system's own, taken through SQLite on the empty file `run.lock`: it ends with the
 * process however that ends, so a lock is never stale, no process id is ever mistaken for another, and there is no moment at
 * which two takers of a dead process's lock can both succeed. Who holds it is said in `run.sqlite`, for the message.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isBusy } from './errors.ts';
import { LOCK_FILE } from './layout.ts';

/** Milliseconds: longer than a reader's look at the lock takes, shorter than a person notices. */
const PATIENCE_MS = 500;

export interface RunLock {
  release(): void;
}

/** Takes the lock, or returns null where another writer has it. */
export function takeLock(dir: string): RunLock | null {
  const db = new DatabaseSync(join(dir, LOCK_FILE));
  try {
    db.exec(`PRAGMA busy_timeout = ${PATIENCE_MS}; BEGIN EXCLUSIVE;`);
  } catch (error) {
    db.close();
    if (isBusy(error)) return null;
    throw error;
  }
  return { release: () => db.close() };
}

/** Whether some process writes the run at this moment; false where the lock file is missing or cannot be opened. */
export function isLocked(dir: string): boolean {
  let db: DatabaseSync;
  try {
    db = new DatabaseSync(join(dir, LOCK_FILE), { readOnly: true });
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
