/** Opens a run's database without changing anything and without trusting what is in it. */
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { needsWritableFolder } from './errors.ts';
import { DATABASE_FILE } from './layout.ts';
import { verifySchema } from './schema.ts';

/** Milliseconds: on network folders a commit of the writer shuts readers out for a moment. */
const BUSY_TIMEOUT_MS = 2000;

/** Kibibytes of pages kept in memory: the short rows and the postings of one word in a large run, which SQLite's own 2 MB are not. */
const CACHE_KIB = 32 * 1024;

/** What SQLite keeps beside a database whose writer was killed: changes to take over or to undo. */
const PENDING_SUFFIXES = ['-wal', '-journal'];

export interface ReadOnlyDatabase {
  readonly db: DatabaseSync;
  close(): void;
}

/**
 * A run at rest is one file and opens anywhere. Beside a live or killed writer SQLite needs to make files of its own; in a
 * folder where it may not, the database is read as it is when nothing is pending, and else from a copy among the temporary files.
 * @throws DamagedRunError, NewerRunError, SQLite's errors
 */
export function openReadOnly(dir: string): ReadOnlyDatabase {
  const path = join(dir, DATABASE_FILE);
  try {
    const db = connect(path, dir);
    return { db, close: () => db.close() };
  } catch (error) {
    if (!needsWritableFolder(error) || !existsSync(path)) throw error;
  }
  const pending = PENDING_SUFFIXES.filter(
    (suffix) => (statSync(path + suffix, { throwIfNoEntry: false })?.size ?? 0) > 0,
  );
  if (pending.length === 0) {
    const url = pathToFileURL(path);
    url.searchParams.set('immutable', '1');
    const db = connect(url, dir);
    return { db, close: () => db.close() };
  }
  const copy = mkdtempSync(join(tmpdir(), 'rlvr-run-'));
  const remove = (): void => rmSync(copy, { recursive: true, force: true });
  try {
    for (const suffix of ['', ...pending]) copyFileSync(path + suffix, join(copy, DATABASE_FILE + suffix));
    takeOver(join(copy, DATABASE_FILE));
    const db = connect(join(copy, DATABASE_FILE), dir);
    return {
      db,
      close: () => {
        db.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Lets SQLite finish in the copy what the writer left: a change that is to be undone cannot be by who only reads. */
function takeOver(path: string): void {
  const db = new DatabaseSync(path);
  try {
    db.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;');
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
  } finally {
    db.close();
  }
}

function connect(path: string | URL, dir: string): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    // https://www.sqlite.org/security.html: what to do before reading a file from elsewhere.
    db.exec(`PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA query_only = ON;`);
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA cache_size = -${CACHE_KIB};`);
    verifySchema(db, dir);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
