/** Evaluations between their summaries and their rows. */
import type { DatabaseSync } from 'node:sqlite';
import type { EvaluationMeasures, EvaluationSummary } from '../protocol/events.ts';
import { integer, number, text, word } from './rows.ts';
import { hasAddition, requireAddition } from './schema.ts';
import { packed, unpacked } from './taskMeasures.ts';
import { VISIBLE } from './visible.ts';

/** All that can be seen, in the order of steps. @throws BadValueError */
export function readEvaluations(db: DatabaseSync): EvaluationSummary[] {
  const measuresOf = measureReader(db);
  const rows = db.prepare(`SELECT * FROM evaluations WHERE ${VISIBLE} ORDER BY step, split`).all();
  return rows.map((row) => {
    const step = integer(row, 'step');
    const split = word(row, 'split', ['validation', 'test']);
    const { measures, tasks } = unpacked(measuresOf(step, split));
    return {
      step,
      split,
      problems: integer(row, 'problems'),
      samples: integer(row, 'samples'),
      correct: integer(row, 'correct'),
      accuracy: { value: number(row, 'accuracy'), low: number(row, 'low'), high: number(row, 'high') },
      ...(Object.keys(measures).length === 0 ? {} : { measures }),
      ...(Object.keys(tasks).length === 0 ? {} : { tasks }),
    };
  });
}

/** Of a run from before measures were kept there are none. */
function measureReader(db: DatabaseSync): (step: number, split: string) => EvaluationMeasures {
  if (!hasAddition(db, 'answers')) return () => ({});
  const select = db.prepare(
    'SELECT measure, value, low, high FROM evaluation_measures WHERE step = ? AND split = ? ORDER BY position',
  );
  return (step, split) =>
    Object.fromEntries(
      select
        .all(step, split)
        .map((row) => [
          text(row, 'measure'),
          { value: number(row, 'value'), low: number(row, 'low'), high: number(row, 'high') },
        ]),
    );
}

/** What is measured beside the accuracy. Every call is meant to run inside a transaction of its caller. */
export class MeasureWriter {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** In place of those of an earlier evaluation of the same step and split. */
  write({ step, split, measures = {}, tasks = {} }: EvaluationSummary): void {
    const measured = [...Object.entries(measures), ...packed(tasks)];
    if (measured.length > 0) requireAddition(this.#db, 'answers');
    else if (!hasAddition(this.#db, 'answers')) return;
    this.#db.prepare('DELETE FROM evaluation_measures WHERE step = ? AND split = ?').run(step, split);
    const insert = this.#db.prepare('INSERT INTO evaluation_measures VALUES (?, ?, ?, ?, ?, ?, ?)');
    measured.forEach(([name, { value, low, high }], position) =>
      insert.run(step, split, position, name, value, low, high),
    );
  }

  /** Removes those of the steps after `after` up to `last`. */
  remove(after: number, last: number): void {
    if (hasAddition(this.#db, 'answers'))
      this.#db.prepare('DELETE FROM evaluation_measures WHERE step > ? AND step <= ?').run(after, last);
  }
}
