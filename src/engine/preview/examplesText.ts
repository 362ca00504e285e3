/** Worked examples as a file of their own, to be kept, read and changed: JSON lines, one row to a line. */
import type { DatasetRow } from '../data/row.ts';

/** Empty where there are none. */
export function examplesText(examples: readonly DatasetRow[]): string {
  return examples.map(({ columns }) => `${JSON.stringify(columns)}\n`).join('');
}
