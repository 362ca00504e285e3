/** What the SQLite inside this Node can do; `rlvr doctor` asks. */
import { DatabaseSync } from 'node:sqlite';

export interface SqliteSupport {
  readonly version: string;
  /** FTS5, with which completions are searched. */
  readonly fullTextSearch: boolean;
}

export function sqliteSupport(): SqliteSupport {
  const db = new DatabaseSync(':memory:');
  try {
    const row = db
      .prepare(`SELECT sqlite_version() AS version, sqlite_compileoption_used('ENABLE_FTS5') AS fts5`)
      .get();
    return { version: String(row?.['version']), fullTextSearch: row?.['fts5'] === 1 };
  } finally {
    db.close();
  }
}
