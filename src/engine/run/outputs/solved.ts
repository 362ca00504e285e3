/** What an evaluation solved, problem by problem. */
import type { EvaluationSummary } from '../../protocol/events.ts';
import type { RunReader } from '../reader.ts';
import { integer } from '../rows.ts';
import { VISIBLE } from '../visible.ts';

/** By problem, how many of its completions in an evaluation were solved; ascending. */
export function readSolved(
  reader: RunReader,
  { split, step }: Pick<EvaluationSummary, 'split' | 'step'>,
): Map<number, number> {
  return reader.query((db) => {
    const rows = db
      .prepare(
        `SELECT problem, solved FROM groups WHERE purpose = 'evaluation' AND split = ? AND step = ? AND ${VISIBLE} ORDER BY problem`,
      )
      .all(split, step);
    return new Map(rows.map((row) => [integer(row, 'problem'), integer(row, 'solved')]));
  });
}
