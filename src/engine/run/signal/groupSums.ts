/** What became of the problems of one step, in sums: quick however long their completions are. */
import type { RunReader } from '../reader.ts';
import { integer, number } from '../rows.ts';
import { VISIBLE } from '../visible.ts';

/** All completions of a problem in a training step. */
export interface GroupSums {
  readonly problem: number;
  readonly samples: number;
  /** Completions with a reward. */
  readonly scored: number;
  readonly solved: number;
  /** Sum of the rewards. */
  readonly reward: number;
  /** Sum of the lengths. */
  readonly tokens: number;
}

export function readGroupSums(reader: RunReader, step: number): GroupSums[] {
  return reader.query((db) =>
    db
      .prepare(
        // By its order alone SQLite would choose to walk the groups of all steps.
        `SELECT problem, samples, scored, solved, reward, tokens FROM groups INDEXED BY groups_by_step
         WHERE purpose = 'rollout' AND split = 'train' AND step = ? AND ${VISIBLE} ORDER BY problem`,
      )
      .all(step)
      .map((row) => ({
        problem: integer(row, 'problem'),
        samples: integer(row, 'samples'),
        scored: integer(row, 'scored'),
        solved: integer(row, 'solved'),
        reward: number(row, 'reward'),
        tokens: integer(row, 'tokens'),
      })),
  );
}
