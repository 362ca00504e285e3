/** What was written in an evaluation, without all else that is known of it. */
import type { EvaluationSummary } from '../../protocol/events.ts';
import type { RunReader } from '../reader.ts';
import { integer, text } from '../rows.ts';
import { VISIBLE } from '../visible.ts';

/** By problem, the texts of its completions; ascending. */
export function readEvaluationTexts(
  reader: RunReader,
  { split, step }: Pick<EvaluationSummary, 'split' | 'step'>,
): Map<number, string[]> {
  return reader.query((db) => {
    const rows = db
      .prepare(
        `SELECT c.problem, t.text FROM completions c JOIN contents t ON t.id = c.id
         WHERE c.purpose = 'evaluation' AND c.split = ? AND c.step = ? AND c.${VISIBLE} ORDER BY c.problem, c.sample`,
      )
      .all(split, step);
    const texts = new Map<number, string[]>();
    for (const row of rows) {
      const problem = integer(row, 'problem');
      texts.set(problem, [...(texts.get(problem) ?? []), text(row, 'text')]);
    }
    return texts;
  });
}
