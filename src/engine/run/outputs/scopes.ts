/** Which kinds of completions a run has, and at which steps. */
import type { OutputScope } from '../../protocol/panels/outputsRequests.ts';
import { PURPOSES, SPLITS } from '../completionRows.ts';
import type { RunReader } from '../reader.ts';
import { integer } from '../rows.ts';
import { VISIBLE } from '../visible.ts';

/** Those that have completions; what was trained on first. */
export function readScopes(reader: RunReader): OutputScope[] {
  return reader.query((db) => {
    const any = db.prepare(`SELECT 1 FROM groups WHERE purpose = ? AND split = ? AND ${VISIBLE} LIMIT 1`);
    return PURPOSES.flatMap((purpose) => SPLITS.map((split) => ({ purpose, split }))).filter(
      ({ purpose, split }) => any.get(purpose, split) !== undefined,
    );
  });
}

/** The steps after `after` that have completions of a scope, ascending. */
export function readSteps(reader: RunReader, { purpose, split }: OutputScope, after: number): Float64Array {
  return reader.query((db) => {
    const rows = db
      .prepare(
        `SELECT DISTINCT step FROM groups WHERE purpose = ? AND split = ? AND step > ? AND ${VISIBLE} ORDER BY step`,
      )
      .all(purpose, split, after);
    return Float64Array.from(rows, (row) => integer(row, 'step'));
  });
}
