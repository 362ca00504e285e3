/** Parquet files, written row group by row group, so that memory holds one of them whatever the length of the table. */
import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';

/** A column at the top of a file: its own element of the schema first, then those of what it holds. */
export type ParquetColumn = readonly [SchemaElement, ...SchemaElement[]];

/** What a cell may hold: JSON values, of the form that the column's schema says. */
export type ParquetCell =
  string | number | boolean | null | readonly ParquetCell[] | { readonly [key: string]: ParquetCell };

export type ParquetRow = Readonly<Record<string, ParquetCell>>;

/**
 * Values and characters in a row group at most: some tens of megabytes while it is encoded, and enough for compression to work on. A row
 * that has more is a group of its own.
 */
const GROUP_SIZE = 4_000_000;
/** Rows in one at most: readers open a file group by group. */
const GROUP_ROWS = 10_000;

/**
 * Writes a table; a cell that is missing or null has no value.
 * @param append takes bytes that are written behind those before
 */
export function writeParquet(
  columns: readonly ParquetColumn[],
  rows: Iterable<ParquetRow>,
  append: (data: Uint8Array) => void,
): void {
  const bytes = new ByteWriter();
  const schema: SchemaElement[] = [{ name: 'root', num_children: columns.length }, ...columns.flat()];
  const file = new ParquetWriter({ writer: bytes, schema, createdBy: 'RLVR-Ops' });
  const names = columns.map(([{ name }]) => name);
  const flush = (group: readonly ParquetRow[]): void => {
    if (group.length === 0) return;
    const columnData = names.map((name) => ({ name, data: group.map((row) => row[name] ?? null) }));
    void file.write({ columnData, rowGroupSize: group.length });
    take();
  };
  const take = (): void => {
    append(bytes.getBytes());
    // Where it writes in its memory; where it is in the file it counts beside that.
    bytes.index = 0;
  };
  for (const group of grouped(rows)) flush(group);
  void file.finish();
  take();
}

function* grouped(rows: Iterable<ParquetRow>): Generator<ParquetRow[]> {
  let group: ParquetRow[] = [];
  let size = 0;
  for (const row of rows) {
    const own = sizeOf(row);
    if (group.length > 0 && (size + own > GROUP_SIZE || group.length >= GROUP_ROWS)) {
      yield group;
      group = [];
      size = 0;
    }
    group.push(row);
    size += own;
  }
  yield group;
}

function sizeOf(cell: ParquetCell): number {
  if (typeof cell === 'string') return cell.length;
  if (typeof cell !== 'object' || cell === null) return 1;
  // Lists of numbers are most of what there is.
  if (Array.isArray(cell) && typeof cell[0] === 'number') return cell.length;
  return Object.values(cell).reduce<number>((sum, value: ParquetCell) => sum + sizeOf(value), 1);
}

export function textColumn(name: string): ParquetColumn {
  return [{ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }];
}

/** Integers of up to 2^31. */
export function integerColumn(name: string): ParquetColumn {
  return [{ name, type: 'INT32', repetition_type: 'OPTIONAL' }];
}

export function numberColumn(name: string): ParquetColumn {
  return [{ name, type: 'DOUBLE', repetition_type: 'OPTIONAL' }];
}

export function floatColumn(name: string): ParquetColumn {
  return [{ name, type: 'FLOAT', repetition_type: 'OPTIONAL' }];
}

export function booleanColumn(name: string): ParquetColumn {
  return [{ name, type: 'BOOLEAN', repetition_type: 'OPTIONAL' }];
}

/** Lists of what `element` makes a column of. */
export function listColumn(name: string, element: (name: string) => ParquetColumn): ParquetColumn {
  return [
    { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    ...element('element'),
  ];
}

/** Objects with these fields. */
export function structColumn(name: string, fields: readonly ParquetColumn[]): ParquetColumn {
  return [{ name, repetition_type: 'OPTIONAL', num_children: fields.length }, ...fields.flat()];
}
