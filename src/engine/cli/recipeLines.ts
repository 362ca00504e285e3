/** A table of recipes as text. */
import type { RecipeRow, RecipeTable } from '../protocol/recipeTable.ts';
import { describeValue } from '../words/describeValue.ts';
import { count, duration } from '../words/format.ts';
import { accuracyCell, againstCell, seedsCell } from '../words/recipeCells.ts';
import { renderTable, type Column } from './table.ts';
import { printable, wrap } from './text.ts';

interface Row extends RecipeRow {
  readonly values: readonly unknown[];
}

/** Wide enough to tell most values apart where the terminal is narrow. */
const MIN_VALUE_WIDTH = 8;

/** The lines of a table, wrapped to `width` cells, with what to know before believing it. */
export function recipeLines({ parameters, rows: recipes, cautions }: RecipeTable, width: number): string[] {
  const rows = recipes.map((row, index): Row => ({ ...row, values: parameters.map(({ values }) => values[index]) }));
  const columns: readonly Column<Row>[] = [
    ...parameters.map(({ path }, index): Column<Row> => ({
      title: printable(path),
      cell: ({ values }) => printable(describeValue(values[index])),
      minWidth: MIN_VALUE_WIDTH,
    })),
    { title: 'seeds', cell: seedsCell, align: 'right' },
    { title: 'held-out accuracy', cell: accuracyCell, align: 'right' },
    { title: 'against the baseline', cell: againstCell, minWidth: 20 },
    { title: 'tokens', cell: ({ tokens }) => (tokens === null ? '' : count(tokens)), align: 'right', dropOrder: 1 },
    { title: 'time', cell: ({ seconds }) => (seconds === null ? '' : duration(seconds)), align: 'right', dropOrder: 2 },
  ];
  return [
    ...renderTable(columns, rows, width),
    ...cautions.flatMap((caution, index) => [...(index === 0 ? [''] : []), ...wrap(caution, width)]),
  ];
}
