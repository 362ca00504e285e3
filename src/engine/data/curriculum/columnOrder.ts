/** Training problems in the order of a column of their rows. */
import type { ColumnCurriculum } from '../../protocol/curriculum.ts';
import { UserError } from '../../protocol/errors.ts';
import type { ProblemRecord } from '../../protocol/run.ts';
import { shuffle } from '../../random/draws.ts';

/** "level 2" before "level 10", whatever the language of the machine. */
const natural = new Intl.Collator('en', { numeric: true });

/**
 * @param next random numbers, which decide between equal values
 * @returns indices into `problems`, the first to be opened first
 * @throws UserError with the row where one has no number or text in the column, or some have numbers and some texts
 */
export function columnOrder(
  problems: readonly Pick<ProblemRecord, 'problem' | 'row'>[],
  { column, order }: Pick<ColumnCurriculum, 'column' | 'order'>,
  next: () => number,
): number[] {
  const values = problems.map((problem) => valueOf(problem, column));
  requireOneKind(values, problems, column);
  const sign = order === 'ascending' ? 1 : -1;
  const indices = Array.from(problems, (_, index) => index);
  return shuffle(indices, next).sort((a, b) => sign * compare(values[a], values[b]));
}

function valueOf({ problem, row }: Pick<ProblemRecord, 'problem' | 'row'>, column: string): number | string {
  const value = row[column];
  if (typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))) return value;
  const found = value === undefined || value === null ? 'has none' : 'has neither in it';
  throw new UserError(
    `curriculum.column: problems are put in the order of "${column}", a number or a text, and row ${problem} ${found}. ` +
      `Its columns are ${Object.keys(row).join(', ')}.`,
  );
}

function requireOneKind(
  values: readonly (number | string)[],
  problems: readonly Pick<ProblemRecord, 'problem'>[],
  column: string,
): void {
  const other = values.findIndex((value) => typeof value !== typeof values[0]);
  if (other < 0) return;
  const [first, second] = [0, other].map(
    (index) =>
      `${typeof values[index] === 'number' ? 'a number' : 'a text'} in row ${problems[index]?.problem ?? index}`,
  );
  throw new UserError(
    `curriculum.column: "${column}" has ${first} and ${second}, which have no order among them. Make all of them numbers, or all texts.`,
  );
}

function compare(a: number | string | undefined, b: number | string | undefined): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : natural.compare(String(a), String(b));
}
