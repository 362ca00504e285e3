/**
 * Minimum, maximum and mean of every metric over buckets of steps, so that a chart of a million steps reads a few thousand rows.
 * Level L has buckets of 16^L steps; bucket b covers steps [b * 16^L, (b + 1) * 16^L). A bucket is always made anew from the level
 * below, never added to, so the pyramid is a function of the visible rows alone: a resumed run's equals an uninterrupted one's.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** 16 keeps the extra rows at 1/15 of the metrics, and a reader merges at most 16 buckets into a point. */
export const PYRAMID_BASE = 16;
/** 16^5 is about a million steps: beyond that, a level-5 bucket is a point of a chart by itself. */
export const PYRAMID_LEVELS = 5;

/** Steps per bucket of a level; 1 at level 0, the metrics themselves. */
export function bucketSteps(level: number): number {
  return PYRAMID_BASE ** level;
}

/** Writes the pyramid; every call belongs into the transaction that changes the metrics. */
export class PyramidWriter {
  readonly #fromMetrics: StatementSync;
  readonly #fromLevel: StatementSync;
  readonly #cut: StatementSync;

  constructor(db: DatabaseSync) {
    this.#fromMetrics = db.prepare(
      `INSERT OR REPLACE INTO pyramid
       SELECT n.id, 1, ?, count(*), min(m.value), max(m.value), sum(m.value)
       FROM metric_names n CROSS JOIN metrics m ON m.metric = n.id AND m.step BETWEEN ? AND ? GROUP BY n.id`,
    );
    this.#fromLevel = db.prepare(
      `INSERT OR REPLACE INTO pyramid
       SELECT n.id, ?, ?, sum(p.count), min(p.min), max(p.max), sum(p.sum)
       FROM metric_names n CROSS JOIN pyramid p ON p.metric = n.id AND p.level = ? AND p.bucket BETWEEN ? AND ? GROUP BY n.id`,
    );
    this.#cut = db.prepare(
      'DELETE FROM pyramid WHERE metric IN (SELECT id FROM metric_names) AND level = ? AND bucket >= ?',
    );
  }

  /** Brings the buckets of steps `first` to `last` up to date, where `last` is the newest visible step. */
  refresh(first: number, last: number): void {
    for (let level = 1; level <= PYRAMID_LEVELS; level++) {
      const size = bucketSteps(level);
      for (let bucket = Math.floor(first / size); bucket <= Math.floor(last / size); bucket++) {
        const from = bucket * PYRAMID_BASE;
        const to = from + PYRAMID_BASE - 1;
        if (level === 1) this.#fromMetrics.run(bucket, from, Math.min(to, last));
        else this.#fromLevel.run(level, bucket, level - 1, from, to);
      }
    }
  }

  /** Makes the pyramid that of the steps up to `last`; -1 empties it. */
  rewind(last: number): void {
    for (let level = 1; level <= PYRAMID_LEVELS; level++)
      this.#cut.run(level, Math.max(0, Math.floor(last / bucketSteps(level))));
    if (last >= 0) this.refresh(last, last);
  }
}
