/** A metric over time, from its rows or from the pyramid where those would be more than are asked for. */
import type { DatabaseSync } from 'node:sqlite';
import { bucketSteps, PYRAMID_BASE, PYRAMID_LEVELS } from './pyramid.ts';
import { integer, number } from './rows.ts';
import type { Row } from './rows.ts';

export interface SeriesOptions {
  /** At most so many points; every value unless given. */
  readonly maxPoints?: number;
  /** First and last step wanted. Where points cover several steps, those at the ends may reach beyond. */
  readonly from?: number;
  readonly to?: number;
}

/** Columns of equal length, ascending in steps. With one step per point, `min`, `max` and `mean` are the same array of values. */
export interface MetricSeries {
  readonly stepsPerPoint: number;
  /** First step that each point covers; a point without any value is left out. */
  readonly steps: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly mean: Float64Array;
}

/**
 * How to cover `from..to` in at most `maxPoints` points: level of the pyramid, and how many of its buckets make a point. Points
 * lie on multiples of their size, so that a growing run does not make the chart's points wander.
 */
export function chooseResolution(
  from: number,
  to: number,
  maxPoints: number,
): { readonly level: number; readonly merge: number } {
  const span = to - from + 1;
  let level = 0;
  while (level < PYRAMID_LEVELS && bucketSteps(level + 1) * maxPoints <= span) level++;
  const size = bucketSteps(level);
  let merge = Math.max(1, Math.ceil(span / (size * maxPoints)));
  while (Math.floor(to / (merge * size)) - Math.floor(from / (merge * size)) + 1 > maxPoints) merge++;
  // Sixteen buckets are one of the next level, which is there already.
  while (merge % PYRAMID_BASE === 0 && level < PYRAMID_LEVELS) {
    merge /= PYRAMID_BASE;
    level++;
  }
  return { level, merge };
}

/** @param last the newest visible step */
export function readSeries(db: DatabaseSync, name: string, last: number, options: SeriesOptions): MetricSeries {
  const id = db.prepare('SELECT id FROM metric_names WHERE name = ?').get(name);
  if (id === undefined) return { stepsPerPoint: 1, ...columns([], [], [], []) };
  const metric = integer(id, 'id');
  // As two look-ups: one query for both ends would walk all rows between them.
  const step = 'SELECT step FROM metrics WHERE metric = :metric AND step <= :last ORDER BY step';
  const ends =
    db.prepare(`SELECT (${step} LIMIT 1) AS first, (${step} DESC LIMIT 1) AS last`).get({ metric, last }) ?? {};
  if (ends['first'] === null) return { stepsPerPoint: 1, ...columns([], [], [], []) };
  const from = Math.max(integer(ends, 'first'), options.from ?? 0);
  const to = Math.min(integer(ends, 'last'), options.to ?? last);
  const maxPoints = Math.max(1, options.maxPoints ?? Infinity);
  const { level, merge } =
    from > to || maxPoints === Infinity ? { level: 0, merge: 1 } : chooseResolution(from, to, maxPoints);
  const size = bucketSteps(level);
  if (level > 0 || merge > 1) {
    // Joined by SQLite: to bring sixteen rows of a point over here would take several times as long.
    const rows =
      level > 0
        ? db.prepare(FROM_PYRAMID).iterate(merge, metric, level, Math.floor(from / size), Math.floor(to / size))
        : db.prepare(FROM_METRICS).iterate(merge, metric, from, to);
    return { stepsPerPoint: merge * size, ...pointColumns(rows, merge * size) };
  }
  const rows = db
    .prepare('SELECT step, value FROM metrics WHERE metric = ? AND step BETWEEN ? AND ? ORDER BY step')
    .iterate(metric, from, to);
  const steps: number[] = [];
  const values: number[] = [];
  for (const row of rows) {
    steps.push(integer(row, 'step'));
    values.push(number(row, 'value'));
  }
  return { stepsPerPoint: 1, ...columns(steps, values, values, values) };
}

/** A number of ours is bound as a floating-point one, and would divide as such. */
const FROM_PYRAMID = `SELECT bucket / CAST(? AS INTEGER) AS point, min(min) AS min, max(max) AS max, sum(sum) / sum(count) AS mean
  FROM pyramid WHERE metric = ? AND level = ? AND bucket BETWEEN ? AND ? GROUP BY point ORDER BY point`;
const FROM_METRICS = `SELECT step / CAST(? AS INTEGER) AS point, min(value) AS min, max(value) AS max, avg(value) AS mean
  FROM metrics WHERE metric = ? AND step BETWEEN ? AND ? GROUP BY point ORDER BY point`;

function pointColumns(rows: Iterable<Row>, pointSteps: number): Omit<MetricSeries, 'stepsPerPoint'> {
  const steps: number[] = [];
  const min: number[] = [];
  const max: number[] = [];
  const mean: number[] = [];
  for (const row of rows) {
    steps.push(integer(row, 'point') * pointSteps);
    min.push(number(row, 'min'));
    max.push(number(row, 'max'));
    mean.push(number(row, 'mean'));
  }
  return columns(steps, min, max, mean);
}

function columns(
  steps: readonly number[],
  min: readonly number[],
  max: readonly number[],
  mean: readonly number[],
): Omit<MetricSeries, 'stepsPerPoint'> {
  const minimum = Float64Array.from(min);
  return {
    steps: Float64Array.from(steps),
    min: minimum,
    max: max === min ? minimum : Float64Array.from(max),
    mean: mean === min ? minimum : Float64Array.from(mean),
  };
}
