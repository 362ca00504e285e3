/** The rows of steps: insert, replace and hide. Every public call is meant to run inside a transaction of its caller. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EvaluationSummary } from '../protocol/events.ts';
import type { Metrics } from '../protocol/metrics.ts';
import type { CompletionRecord, ProblemRecord, StepRecord } from '../protocol/run.ts';
import { CompletionInserter, PURPOSES, SPLITS } from './completionRows.ts';
import { MeasureWriter } from './evaluationRows.ts';
import { GroupWriter, type SolvedBy } from './groups.ts';
import { PyramidWriter } from './pyramid.ts';
import { integer, quoted } from './rows.ts';

export class StepWriter {
  readonly #metricIds: NameTable;
  readonly #rewardIds: NameTable;
  readonly #completions: CompletionInserter;
  readonly #groups: GroupWriter;
  readonly #pyramid: PyramidWriter;
  readonly #hidden: StatementSync;
  readonly #deleteHidden: readonly StatementSync[];
  readonly #step: StatementSync;
  readonly #metric: StatementSync;
  readonly #problem: StatementSync;
  readonly #evaluation: StatementSync;
  readonly #measures: MeasureWriter;
  readonly #deleteEvaluation: readonly StatementSync[];
  readonly #lastStep: StatementSync;

  constructor(db: DatabaseSync, solvedBy: SolvedBy) {
    this.#groups = new GroupWriter(db, solvedBy);
    this.#rewardIds = new NameTable(db, 'reward_names');
    this.#metricIds = new NameTable(db, 'metric_names');
    this.#completions = new CompletionInserter(db, (name) => this.#rewardIds.id(name));
    this.#pyramid = new PyramidWriter(db);
    this.#hidden = db.prepare('SELECT 1 FROM steps WHERE step > ? LIMIT 1');
    this.#deleteHidden = [
      'steps WHERE',
      // `metrics` is ordered by metric first: naming the metrics spares a scan of the table.
      'metrics WHERE metric IN (SELECT id FROM metric_names) AND',
      'completions WHERE',
      // The same for its index, which begins with these two.
      `groups WHERE purpose IN (${quoted(PURPOSES)}) AND split IN (${quoted(SPLITS)}) AND`,
      'evaluations WHERE',
    ].map((rows) => db.prepare(`DELETE FROM ${rows} step > ? AND step <= ?`));
    this.#step = db.prepare('INSERT INTO steps VALUES (?, ?)');
    this.#metric = db.prepare('INSERT INTO metrics VALUES (?, ?, ?)');
    this.#problem = db.prepare('INSERT OR IGNORE INTO problems (split, problem, prompt, columns) VALUES (?, ?, ?, ?)');
    this.#evaluation = db.prepare('INSERT OR REPLACE INTO evaluations VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    this.#measures = new MeasureWriter(db);
    this.#deleteEvaluation = ['completions', 'groups'].map((table) =>
      db.prepare(`DELETE FROM ${table} WHERE step = ? AND purpose = 'evaluation' AND split = ?`),
    );
    this.#lastStep = db.prepare('UPDATE run SET last_step = ?');
  }

  /**
   * Adds steps in ascending order after `last`, the newest visible one (-1 for none), in place of hidden rows of the same steps.
   * @throws Error where a step is out of order or a metric is not finite
   */
  insert(records: readonly StepRecord[], last: number): void {
    const first = records[0];
    const newest = records.at(-1);
    if (first === undefined || newest === undefined) return;
    if (this.#hidden.get(last) !== undefined) this.#deleteSteps(last, newest.step);
    let previous = last;
    for (const record of records) {
      if (!Number.isSafeInteger(record.step) || record.step <= previous) {
        throw new Error(`Step ${record.step} cannot follow step ${previous}`);
      }
      previous = record.step;
      this.#step.run(record.step, record.state);
      this.#insertMetrics(record.step, record.metrics);
      this.#insertProblems(record.problems);
      for (const completion of record.completions) this.#insertCompletion(completion, record.step);
      this.#groups.write();
      if (record.evaluation !== null) this.#insertEvaluation(record.evaluation, record.step);
    }
    this.#lastStep.run(newest.step);
    this.#pyramid.refresh(first.step, newest.step);
  }

  /** Adds an evaluation to a step that is there already, in place of an earlier one of the same step and split. */
  insertEvaluation(
    evaluation: EvaluationSummary,
    problems: readonly ProblemRecord[],
    completions: readonly CompletionRecord[],
  ): void {
    for (const statement of this.#deleteEvaluation) statement.run(evaluation.step, evaluation.split);
    this.#insertProblems(problems);
    for (const completion of completions) {
      if (completion.purpose !== 'evaluation' || completion.split !== evaluation.split) {
        throw new Error(
          `A ${completion.split} ${completion.purpose} does not belong to an evaluation on ${evaluation.split}`,
        );
      }
      this.#insertCompletion(completion, evaluation.step);
    }
    this.#groups.write();
    this.#insertEvaluation(evaluation, evaluation.step);
  }

  /** Hides the steps after `last`; -1 hides all. */
  rewind(last: number): void {
    this.#lastStep.run(last < 0 ? null : last);
    this.#pyramid.rewind(last);
  }

  /** Removes hidden steps, `first` and all after it. */
  forgetFrom(first: number): void {
    this.#deleteSteps(first - 1, Number.MAX_SAFE_INTEGER);
  }

  /** Forgets what a rolled-back transaction may have taken with it. */
  rolledBack(): void {
    this.#metricIds.forget();
    this.#rewardIds.forget();
    this.#groups.forget();
    this.#completions.rolledBack();
  }

  #deleteSteps(after: number, last: number): void {
    for (const statement of this.#deleteHidden) statement.run(after, last);
    this.#measures.remove(after, last);
  }

  #insertMetrics(step: number, metrics: Metrics): void {
    for (const [name, value] of Object.entries(metrics)) {
      if (!Number.isFinite(value))
        throw new Error(`Metric ${name} of step ${step} is ${value}: leave out what is not finite`);
      this.#metric.run(this.#metricIds.id(name), step, value);
    }
  }

  #insertProblems(problems: readonly ProblemRecord[]): void {
    for (const { split, problem, prompt, row } of problems)
      this.#problem.run(split, problem, prompt, JSON.stringify(row));
  }

  #insertCompletion(completion: CompletionRecord, step: number): void {
    if (completion.key.step !== step)
      throw new Error(`A completion of step ${completion.key.step} does not belong to step ${step}`);
    this.#completions.insert(completion);
    this.#groups.add(completion);
  }

  #insertEvaluation(evaluation: EvaluationSummary, step: number): void {
    const { split, problems, samples, correct, accuracy } = evaluation;
    if (evaluation.step !== step)
      throw new Error(`An evaluation of step ${evaluation.step} does not belong to step ${step}`);
    this.#evaluation.run(step, split, problems, samples, correct, accuracy.value, accuracy.low, accuracy.high);
    this.#measures.write(evaluation);
  }
}

/** Small integers for names that recur in every row. */
class NameTable {
  readonly #select: StatementSync;
  readonly #insert: StatementSync;
  readonly #ids = new Map<string, number>();

  constructor(db: DatabaseSync, table: 'metric_names' | 'reward_names') {
    this.#select = db.prepare(`SELECT id FROM ${table} WHERE name = ?`);
    this.#insert = db.prepare(`INSERT INTO ${table} (name) VALUES (?)`);
  }

  id(name: string): number {
    let id = this.#ids.get(name);
    if (id === undefined) {
      const row = this.#select.get(name);
      id = row === undefined ? Number(this.#insert.run(name).lastInsertRowid) : integer(row, 'id');
      this.#ids.set(name, id);
    }
    return id;
  }

  forget(): void {
    this.#ids.clear();
  }
}
