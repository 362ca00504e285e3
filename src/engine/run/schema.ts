/**
 * The tables of `run.sqlite` and the check that a file has exactly these.
 *
 * Rows of steps after `run.last_step` are hidden: a resumed run went back behind them and will write the same steps again. Until
 * then they stay as the record of rewards already given.
 *
 * A run is made in the first format, and is brought to a later one by the first thing that it has to say in it, in the transaction that
 * says it: so every run can be read by as old an engine as understands all of it. Readers refuse what they do not know. Before an engine
 * goes on with a run of another version it keeps a copy of the database (`backUp.ts`).
 */
import { DatabaseSync } from 'node:sqlite';
import { NEWEST_RUN_FORMAT, RUN_FORMAT_VERSION } from '../protocol/run.ts';
import { damagedRun, NewerRunError } from './errors.ts';
import { integer, text } from './rows.ts';
import { ADDITIONS, type Addition } from './schemaAdditions.ts';

/** "RLVR" in ASCII: tells our file from any other SQLite database (`file` shows it). */
const APPLICATION_ID = 0x524c5652;

/**
 * `completions` has what is filtered and sorted by, in rows so short that all of a large run's are walked in a moment; what is
 * long is in `contents` under the same id.
 *
 * `run.manifest` keeps its name and meaning in every format: by it an older engine can say which one to use. */
const TABLES = `
CREATE TABLE run (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  manifest TEXT NOT NULL,
  status TEXT NOT NULL,
  message TEXT,
  last_step INTEGER,
  writer_pid INTEGER,
  writer_host TEXT,
  writer_since TEXT
) STRICT;

CREATE TABLE steps (
  step INTEGER PRIMARY KEY,
  state TEXT
) STRICT;

CREATE TABLE metric_names (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE metrics (
  metric INTEGER NOT NULL,
  step INTEGER NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (metric, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE pyramid (
  metric INTEGER NOT NULL,
  level INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  count INTEGER NOT NULL,
  min REAL NOT NULL,
  max REAL NOT NULL,
  sum REAL NOT NULL,
  PRIMARY KEY (metric, level, bucket)
) STRICT, WITHOUT ROWID;

CREATE TABLE problems (
  split TEXT NOT NULL,
  problem INTEGER NOT NULL,
  prompt TEXT NOT NULL,
  columns TEXT NOT NULL,
  UNIQUE (split, problem)
) STRICT;

CREATE TABLE completions (
  id INTEGER PRIMARY KEY,
  step INTEGER NOT NULL,
  purpose TEXT NOT NULL,
  split TEXT NOT NULL,
  problem INTEGER NOT NULL,
  occurrence INTEGER NOT NULL,
  round INTEGER NOT NULL,
  sample INTEGER NOT NULL,
  stop_reason TEXT NOT NULL,
  reward REAL,
  advantage REAL,
  length INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  UNIQUE (step, purpose, split, problem, occurrence, round, sample)
) STRICT;

CREATE INDEX completions_by_step ON completions (purpose, split, step, reward, stop_reason, errors);

CREATE INDEX completions_by_reward ON completions (purpose, split, reward, step, stop_reason, errors);

CREATE INDEX completions_failed ON completions (purpose, split, step, reward, stop_reason, errors) WHERE errors > 0;

CREATE TABLE contents (
  id INTEGER PRIMARY KEY,
  text TEXT NOT NULL,
  tokens BLOB NOT NULL,
  token_ends BLOB NOT NULL,
  logprobs BLOB NOT NULL,
  sampled_logprobs BLOB,
  entropies BLOB NOT NULL
) STRICT;

CREATE TABLE groups (
  purpose TEXT NOT NULL,
  split TEXT NOT NULL,
  problem INTEGER NOT NULL,
  step INTEGER NOT NULL,
  samples INTEGER NOT NULL,
  scored INTEGER NOT NULL,
  solved INTEGER NOT NULL,
  reward REAL NOT NULL,
  errors INTEGER NOT NULL,
  truncated INTEGER NOT NULL,
  tokens INTEGER NOT NULL,
  PRIMARY KEY (purpose, split, problem, step)
) STRICT, WITHOUT ROWID;

CREATE INDEX groups_by_step ON groups (purpose, split, step);

CREATE TABLE reward_names (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE rewards (
  completion INTEGER NOT NULL,
  position INTEGER NOT NULL,
  reward INTEGER NOT NULL,
  value REAL,
  error_kind TEXT,
  error_message TEXT,
  PRIMARY KEY (completion, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE evaluations (
  step INTEGER NOT NULL,
  split TEXT NOT NULL,
  problems INTEGER NOT NULL,
  samples INTEGER NOT NULL,
  correct INTEGER NOT NULL,
  accuracy REAL NOT NULL,
  low REAL NOT NULL,
  high REAL NOT NULL,
  PRIMARY KEY (step, split)
) STRICT;

CREATE VIRTUAL TABLE completion_text USING fts5 (text, content = 'contents', content_rowid = 'id', columnsize = 0);

CREATE TRIGGER content_added AFTER INSERT ON contents BEGIN
  INSERT INTO completion_text (rowid, text) VALUES (new.id, new.text);
END;

CREATE TRIGGER content_removed AFTER DELETE ON contents BEGIN
  INSERT INTO completion_text (completion_text, rowid, text) VALUES ('delete', old.id, old.text);
END;

CREATE TRIGGER completion_removed AFTER DELETE ON completions BEGIN
  DELETE FROM contents WHERE id = old.id;
  DELETE FROM rewards WHERE completion = old.id;
END;
`;

/** Makes the tables in an empty database; the caller commits. */
export function createSchema(db: DatabaseSync): void {
  db.exec(TABLES);
  db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${RUN_FORMAT_VERSION};`);
}

/** Brings a run to the first format that has `addition`, where it is not of one already; the caller commits. */
export function requireAddition(db: DatabaseSync, addition: Addition): void {
  bringTo(db, ADDITIONS[addition].format);
}

/** Whether the run is of a format that has `addition`. */
export function hasAddition(db: DatabaseSync, addition: Addition): boolean {
  return formatOf(db) >= ADDITIONS[addition].format;
}

function bringTo(db: DatabaseSync, format: number): void {
  const found = formatOf(db);
  for (const addition of Object.values(ADDITIONS)) {
    if (addition.format <= found || addition.format > format) continue;
    db.exec(addition.tables);
    db.exec(`PRAGMA user_version = ${addition.format}`);
  }
}

/** The format that a run is of. */
export function formatOf(db: DatabaseSync): number {
  return integer(db.prepare('PRAGMA user_version').get() ?? {}, 'user_version');
}

/** Every table, index, view and trigger by name, with the statement that made it; the full-text index's own tables by name only. */
function schemaOf(db: DatabaseSync): Map<string, string> {
  const rows = db
    .prepare(`SELECT type, name, coalesce(sql, '') AS sql FROM sqlite_schema WHERE name NOT GLOB 'sqlite_*'`)
    .all();
  return new Map(
    rows.map((row) => {
      const name = text(row, 'name');
      return [`${text(row, 'type')} ${name}`, name.startsWith('completion_text_') ? '' : text(row, 'sql')];
    }),
  );
}

/** By format. */
const expectedSchemas = new Map<number, Map<string, string>>();

function ourSchema(format: number): Map<string, string> {
  let expected = expectedSchemas.get(format);
  if (expected === undefined) {
    const db = new DatabaseSync(':memory:');
    createSchema(db);
    bringTo(db, format);
    expected = schemaOf(db);
    expectedSchemas.set(format, expected);
    db.close();
  }
  return expected;
}

/** The engine version in the manifest of a format that may be unknown to us. */
function writtenBy(db: DatabaseSync): string {
  try {
    const row = db.prepare(`SELECT json_extract(manifest, '$.engineVersion') AS version FROM run`).get();
    return row === undefined ? '' : ` by RLVR-Ops ${text(row, 'version')}`;
  } catch {
    // Only a nicety of the message: a format that dropped the column is still named by its number.
    return '';
  }
}

/**
 * Checks that the database is a run of a format we read, and that its tables are ours: a view or trigger under a familiar name
 * would run its author's SQL.
 * @throws NewerRunError, DamagedRunError, and SQLite's own errors for a file that is no database
 */
export function verifySchema(db: DatabaseSync, dir: string): void {
  const applicationId = integer(db.prepare('PRAGMA application_id').get() ?? {}, 'application_id');
  if (applicationId !== APPLICATION_ID) throw damagedRun(dir, 'its database was not made by RLVR-Ops');
  const version = formatOf(db);
  if (version > NEWEST_RUN_FORMAT) {
    throw new NewerRunError(
      `The run in ${dir} was written${writtenBy(db)} in run format ${version}; this version reads format ${NEWEST_RUN_FORMAT} and older. ` +
        'Update RLVR-Ops to open it.',
    );
  }
  if (version < RUN_FORMAT_VERSION) throw damagedRun(dir, `it says run format ${version}, which never existed`);
  const found = schemaOf(db);
  const expected = ourSchema(version);
  for (const [name, sql] of expected)
    if (found.get(name) !== sql) throw damagedRun(dir, `its ${name} is not as we make it`);
  for (const name of found.keys()) if (!expected.has(name)) throw damagedRun(dir, `it has a foreign ${name}`);
}
