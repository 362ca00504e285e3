/**
 * Reads a run: while it is written, after a crash, from a folder that came from elsewhere. Changes nothing, and is all that the
 * editor's host needs of this room. Every method throws `UserError`s only: `DamagedRunError` where the file cannot be trusted.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { UserError } from '../protocol/errors.ts';
import type { CompletionKey } from '../protocol/completion.ts';
import type { EvaluationSummary } from '../protocol/events.ts';
import type { Experiment } from '../protocol/experiment.ts';
import type { Metrics } from '../protocol/metrics.ts';
import type { CompletionRecord, ProblemRecord, RewardVersion, RunManifest } from '../protocol/run.ts';
import {
  COMPLETION_COLUMNS,
  COMPLETION_ORDER,
  COMPLETION_ROWS,
  CompletionReader,
  PURPOSES,
  SPLITS,
} from './completionRows.ts';
import { reading } from './errors.ts';
import { readEvaluations } from './evaluationRows.ts';
import { DATABASE_FILE } from './layout.ts';
import { isLocked } from './lock.ts';
import { parseJsonObject, parseManifest, readExperiment } from './manifest.ts';
import { withPlaces } from './movedPlaces.ts';
import { openReadOnly } from './readOnlyDatabase.ts';
import type { ReadOnlyDatabase } from './readOnlyDatabase.ts';
import { readRewardVersions } from './rewardVersions.ts';
import { integer, nullable, number, quoted, text, word } from './rows.ts';
import type { Row } from './rows.ts';
import { RUN_STATUSES } from './runState.ts';
import type { RunState, WriterInfo } from './runState.ts';
import { searchCompletions } from './search.ts';
import type { SearchHit } from './search.ts';
import { readSeries } from './series.ts';
import type { MetricSeries, SeriesOptions } from './series.ts';
import { VISIBLE } from './visible.ts';

export class RunReader {
  readonly dir: string;
  readonly manifest: RunManifest;
  readonly #connection: ReadOnlyDatabase;
  readonly #db: DatabaseSync;
  #experiment: Experiment | null = null;

  /** @throws UserError where the folder is no run; NewerRunError; DamagedRunError */
  static open(dir: string): RunReader {
    if (!existsSync(join(dir, DATABASE_FILE))) {
      throw new UserError(
        `${dir} is not a run folder: it has no ${DATABASE_FILE}. Runs are the folders in .rlvr/runs.`,
      );
    }
    return reading(dir, () => new RunReader(dir));
  }

  private constructor(dir: string) {
    this.dir = dir;
    this.#connection = openReadOnly(dir);
    this.#db = this.#connection.db;
    try {
      this.manifest = withPlaces(parseManifest(text(this.#run('manifest'), 'manifest')), resolve(dir));
    } catch (error) {
      this.#connection.close();
      throw error;
    }
  }

  close(): void {
    this.#connection.close();
  }

  /** The resolved experiment the run was started with, which is written once. */
  experiment(): Experiment {
    return (this.#experiment ??= readExperiment(this.dir));
  }

  state(): RunState {
    return reading(this.dir, () => {
      // In this order: a writer says how it ended before it gives the lock up.
      const locked = isLocked(this.dir);
      const row = this.#run('status, message, last_step');
      const status = word(row, 'status', RUN_STATUSES);
      const crashed = status === 'running' && !locked;
      return {
        status: crashed ? 'stopped' : status,
        crashed,
        message: nullable(text, row, 'message'),
        lastStep: nullable(integer, row, 'last_step'),
      };
    });
  }

  /** Who writes the run, or did so last; null for a run that was never opened. */
  writer(): WriterInfo | null {
    return reading(this.dir, () => {
      const row = this.#run('writer_pid, writer_host, writer_since');
      const pid = nullable(integer, row, 'writer_pid');
      return pid === null ? null : { pid, host: text(row, 'writer_host'), since: text(row, 'writer_since') };
    });
  }

  /** Names of the metrics that have a value, in code-unit order. */
  metricNames(): string[] {
    const sql = `SELECT name FROM metric_names n WHERE EXISTS (SELECT 1 FROM metrics m WHERE m.metric = n.id AND m.${VISIBLE})`;
    // Sorted here: SQLite would compare UTF-8 bytes, which order some characters otherwise.
    return this.#all(sql, [], (row) => text(row, 'name')).sort();
  }

  /** Names of the rewards that completions have, in code-unit order. */
  rewardNames(): string[] {
    return this.#all('SELECT name FROM reward_names', [], (row) => text(row, 'name')).sort();
  }

  /** A metric over time; without points for a name the run does not have. */
  series(name: string, options: SeriesOptions = {}): MetricSeries {
    return reading(this.dir, () => {
      const last = nullable(integer, this.#run('last_step'), 'last_step') ?? -1;
      return readSeries(this.#db, name, last, options);
    });
  }

  /** The metrics of a step, by name; empty for a step that is not there. */
  metrics(step: number): Metrics {
    // CROSS JOIN keeps SQLite from walking all metrics to find those of the step.
    const sql = `SELECT n.name, m.value FROM metric_names n CROSS JOIN metrics m ON m.metric = n.id AND m.step = ? AND m.${VISIBLE} ORDER BY n.name`;
    return Object.fromEntries(this.#all(sql, [step], (row) => [text(row, 'name'), number(row, 'value')]));
  }

  /** Every step from `from` on with its metrics, in order; metrics are in the order of `names`, all of them unless some are given. */
  *metricRows(
    names: readonly string[] = this.metricNames(),
    from = 0,
  ): Generator<{ readonly step: number; readonly metrics: Metrics }> {
    // One cursor per metric, since rows lie metric by metric; walked side by side, no row is ever sorted or held.
    const cursors = names.map((name) => {
      const rows = this.#iterate(
        `SELECT step, value FROM metrics WHERE metric = (SELECT id FROM metric_names WHERE name = ?) AND step >= ? AND ${VISIBLE} ORDER BY step`,
        [name, from],
        (row) => ({ step: integer(row, 'step'), value: number(row, 'value') }),
      );
      return { name, rows, head: rows.next() };
    });
    for (const step of this.#iterate(
      `SELECT step FROM steps WHERE step >= ? AND ${VISIBLE} ORDER BY step`,
      [from],
      (row) => integer(row, 'step'),
    )) {
      const metrics: [string, number][] = [];
      for (const cursor of cursors) {
        if (cursor.head.done === true || cursor.head.value.step !== step) continue;
        metrics.push([cursor.name, cursor.head.value.value]);
        cursor.head = cursor.rows.next();
      }
      yield { step, metrics: Object.fromEntries(metrics) };
    }
  }

  /** How many steps there are. */
  stepCount(): number {
    return reading(this.dir, () =>
      integer(this.#db.prepare(`SELECT count(*) AS count FROM steps WHERE ${VISIBLE}`).get() ?? {}, 'count'),
    );
  }

  /** The steps that have completions, ascending: those a person can look into. */
  stepsWithCompletions(): number[] {
    return this.#all(`SELECT DISTINCT step FROM completions WHERE ${VISIBLE} ORDER BY step`, [], (row) =>
      integer(row, 'step'),
    );
  }

  /** Where other code took over from that of the manifest, or of an earlier change; of steps that are there, in their order. */
  rewardVersions(): RewardVersion[] {
    return reading(this.dir, () => {
      const last = nullable(integer, this.#run('last_step'), 'last_step') ?? -1;
      return readRewardVersions(this.#db).filter(({ fromStep }) => fromStep <= last);
    });
  }

  problems(split: ProblemRecord['split']): ProblemRecord[] {
    return this.#all('SELECT * FROM problems WHERE split = ? ORDER BY problem', [split], problemRecord);
  }

  problem(split: ProblemRecord['split'], problem: number): ProblemRecord | null {
    return (
      this.#all('SELECT * FROM problems WHERE split = ? AND problem = ?', [split, problem], problemRecord)[0] ?? null
    );
  }

  /** The completions of a step, in the order of their keys. */
  completionsOfStep(step: number): CompletionRecord[] {
    return [...this.#completions('c.step = ?', [step])];
  }

  /** The completions of a problem over the whole run, oldest first. */
  completionsOfProblem(split: ProblemRecord['split'], problem: number): CompletionRecord[] {
    const groups = `SELECT step, purpose, split, problem FROM groups WHERE purpose IN (${quoted(PURPOSES)}) AND split = ? AND problem = ?`;
    return [...this.#completions(`(c.step, c.purpose, c.split, c.problem) IN (${groups})`, [split, problem])];
  }

  /** One completion; null where it is not there. */
  completion(
    purpose: CompletionRecord['purpose'],
    split: CompletionRecord['split'],
    { step, problem, occurrence, round, sample }: CompletionKey,
  ): CompletionRecord | null {
    const key = ['step', 'purpose', 'split', 'problem', 'occurrence', 'round', 'sample'];
    const where = key.map((column) => `c.${column} = ?`).join(' AND ');
    const [found] = this.#completions(where, [step, purpose, split, problem, occurrence, round, sample]);
    return found ?? null;
  }

  /** Every completion, one at a time, in the order of their keys. */
  completions(): Generator<CompletionRecord> {
    return this.#completions('TRUE', []);
  }

  /** Completions whose text has all the words of a query, newest first; `"quoted words"` are a phrase, the last word a beginning. */
  search(query: string, limit = 100): SearchHit[] {
    return reading(this.dir, () => searchCompletions(this.#db, query, limit));
  }

  /**
   * Another number after every evaluation, also after one that took the place of an older one; 0 before the first. Cheap, however many
   * there are: each row is written under a number of its own, and the newest has the highest.
   */
  evaluationRevision(): number {
    // NOT INDEXED, or the index by step would be gone through instead of the table from its end.
    const sql = `SELECT rowid AS revision FROM evaluations NOT INDEXED WHERE ${VISIBLE} ORDER BY rowid DESC LIMIT 1`;
    return this.#all(sql, [], (row) => integer(row, 'revision'))[0] ?? 0;
  }

  evaluations(): EvaluationSummary[] {
    return reading(this.dir, () => readEvaluations(this.#db));
  }

  /** Several reads that all see the run as it is at the first of them; within another snapshot, at the first of that. */
  snapshot<Result>(read: () => Result): Result {
    if (this.#db.isTransaction) return read();
    reading(this.dir, () => this.#db.exec('BEGIN'));
    try {
      return read();
    } finally {
      // Nothing was written; to give up is all that the end of a read needs, and asks nothing more of a damaged file.
      reading(this.dir, () => this.#db.isTransaction && this.#db.exec('ROLLBACK'));
    }
  }

  /** For the queries of this room that have a file of their own. */
  query<Result>(read: (db: DatabaseSync) => Result): Result {
    return reading(this.dir, () => read(this.#db));
  }

  #run(columns: string): Row {
    return this.#db.prepare(`SELECT ${columns} FROM run`).get() ?? {};
  }

  *#completions(where: string, parameters: readonly (string | number)[]): Generator<CompletionRecord> {
    const reader = reading(this.dir, () => new CompletionReader(this.#db));
    const sql = `SELECT ${COMPLETION_COLUMNS} FROM ${COMPLETION_ROWS} WHERE ${where} AND c.${VISIBLE} ORDER BY ${COMPLETION_ORDER}`;
    yield* this.#iterate(sql, parameters, (row) => reader.read(row));
  }

  #all<Value>(sql: string, parameters: readonly (string | number)[], read: (row: Row) => Value): Value[] {
    return reading(this.dir, () =>
      this.#db
        .prepare(sql)
        .all(...parameters)
        .map(read),
    );
  }

  *#iterate<Value>(sql: string, parameters: readonly (string | number)[], read: (row: Row) => Value): Generator<Value> {
    const rows = reading(this.dir, () => this.#db.prepare(sql).iterate(...parameters));
    try {
      for (;;) {
        const value = reading(this.dir, () => {
          const next = rows.next();
          return next.done === true ? null : { read: read(next.value) };
        });
        if (value === null) return;
        yield value.read;
      }
    } finally {
      // A statement left in the middle would keep the writer's log from being taken over.
      rows.return?.();
    }
  }
}

function problemRecord(row: Row): ProblemRecord {
  return {
    problem: integer(row, 'problem'),
    split: word(row, 'split', SPLITS),
    prompt: text(row, 'prompt'),
    row: parseJsonObject(text(row, 'columns')),
  };
}
