/** Tables of text. */
import { displayWidth, pad, truncate } from './text.ts';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly align?: 'left' | 'right';
  /** The column may be left out where the table is too wide; the lowest number goes first. */
  readonly dropOrder?: number;
  /** The column may be cut to this many cells where the table is too wide. */
  readonly minWidth?: number;
}

const GAP = '  ';

/** The lines of a table, its titles first, at most `width` cells wide where its columns can be cut or left out to that. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number): string[] {
  const shown = columnsThatFit(columns, rows, width);
  let excess = tableWidth(shown.map(({ full }) => full)) - width;
  const cut = shown.map((entry) => {
    const less = Math.min(Math.max(0, excess), entry.full - entry.least);
    excess -= less;
    return { ...entry, width: entry.full - less };
  });
  return Array.from({ length: rows.length + 1 }, (_, index) =>
    cut
      .map(({ cells, width: cellWidth, align }) => pad(truncate(cells[index] ?? '', cellWidth), cellWidth, align))
      .join(GAP)
      .trimEnd(),
  );
}

interface Measured {
  /** The title, then a cell for each row. */
  readonly cells: readonly string[];
  readonly full: number;
  readonly least: number;
  readonly align: 'left' | 'right';
}

function columnsThatFit<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number): Measured[] {
  const measured = columns.map((column) => measureColumn(column, rows));
  if (tableWidth(measured.map(({ least }) => least)) <= width) return measured;
  const [drop] = columns
    .filter(({ dropOrder }) => dropOrder !== undefined)
    .toSorted((a, b) => (a.dropOrder ?? 0) - (b.dropOrder ?? 0));
  if (drop === undefined) return measured;
  return columnsThatFit(
    columns.filter((column) => column !== drop),
    rows,
    width,
  );
}

function measureColumn<Row>({ title, cell, align = 'left', minWidth }: Column<Row>, rows: readonly Row[]): Measured {
  const cells = [title, ...rows.map(cell)];
  const full = Math.max(...cells.map(displayWidth));
  return { cells, full, least: Math.min(full, minWidth ?? full), align };
}

function tableWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1);
}
