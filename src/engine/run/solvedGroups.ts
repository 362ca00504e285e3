/** What became of the problems that a step trained on: what a curriculum goes by. */
import type { DatabaseSync } from 'node:sqlite';
import { integer } from './rows.ts';

/** The completions of one problem in one step, those that dynamic sampling threw away or screening put aside among them. */
export interface SolvedGroup {
  readonly problem: number;
  readonly solved: number;
  /** Those with a reward. */
  readonly scored: number;
}

/** In the order of the problems' numbers; none where the step is not in the run. */
export function readSolvedGroups(db: DatabaseSync, step: number): SolvedGroup[] {
  const rows = db
    .prepare(
      `SELECT problem, solved, scored FROM groups WHERE purpose = 'rollout' AND split = 'train' AND step = ? ORDER BY problem`,
    )
    .all(step);
  return rows.map((row) => ({
    problem: integer(row, 'problem'),
    solved: integer(row, 'solved'),
    scored: integer(row, 'scored'),
  }));
}
