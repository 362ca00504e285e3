/** One row of a dataset, whatever file it came from. */

/** The columns of one problem, as they stand in the file. */
export type Columns = Readonly<Record<string, unknown>>;

/** One row of a dataset, with where it came from. */
export interface DatasetRow {
  /** Name of the file, for messages. */
  readonly file: string;
  /** From 0, through all files of a source; blank lines are no rows. */
  readonly row: number;
  /** From 1; null where the row has no line of its own: in Parquet, in a JSON array, in the experiment itself. */
  readonly line: number | null;
  readonly columns: Columns;
}

/** Most rows accepted: short rows cost more memory than their bytes. */
export const MAX_ROWS = 2_000_000;

/** Where a row is, for an error message. */
export function describeRow({ file, row, line }: DatasetRow): string {
  return line === null ? `${file}, row ${row}` : `${file}, row ${row} (line ${line})`;
}

/** Whether a value can be a row: an object with named columns. */
export function isColumns(value: unknown): value is Columns {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
