/** A table of a run as it is written for other programs, in whichever format. */

/** What a cell holds; the lists are of 32-bit integers and floats. */
export type ColumnType = 'integer' | 'number' | 'text' | 'integers' | 'floats';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

export type Cell = string | number | null | readonly number[];

/** Cells by column; one that is missing has no value. */
export type TableRow = Readonly<Record<string, Cell>>;
