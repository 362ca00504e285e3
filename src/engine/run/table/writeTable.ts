/** Writes a table as JSONL, CSV or Parquet. */
import { extname } from 'node:path';
import { UsageError, UserError } from '../../protocol/errors.ts';
import { csvLine } from '../csv.ts';
import { writeFileWhole } from '../durable.ts';
import { messageOf } from '../errors.ts';
import type { Cell, Column, ColumnType, TableRow } from './columns.ts';
import {
  floatColumn,
  integerColumn,
  listColumn,
  numberColumn,
  textColumn,
  writeParquet,
  type ParquetColumn,
} from './parquet.ts';

/** Characters gathered before they are written. */
const CHUNK_LENGTH = 1 << 20;

type Append = (data: string | Uint8Array) => void;
type Format = (columns: readonly Column[], rows: Iterable<TableRow>, append: Append) => void;

/** By the ending of the file's name. */
const FORMATS: Readonly<Record<string, Format>> = { '.jsonl': jsonl, '.csv': csv, '.parquet': parquet };

/**
 * Writes a table to a file, whose ending says the format. The file is whole or absent.
 * @throws UsageError for another ending, UserError where the file cannot be written
 */
export function writeTable(file: string, columns: readonly Column[], rows: Iterable<TableRow>): void {
  const format = FORMATS[extname(file).toLowerCase()];
  if (format === undefined) {
    throw new UsageError(
      `Cannot export to ${file}: the name must end in .jsonl, .csv or .parquet, which decides the format.`,
    );
  }
  try {
    writeFileWhole(file, (append) => format(columns, rows, append));
  } catch (error) {
    // Errors of the run itself are said already; what is left is about the file to write.
    if (error instanceof UserError) throw error;
    throw new UserError(
      `Cannot write ${file} (${messageOf(error)}). Check the folder, its permissions and the free space.`,
    );
  }
}

function jsonl(_columns: readonly Column[], rows: Iterable<TableRow>, append: Append): void {
  writeLines(
    map(rows, (row) => `${JSON.stringify(row)}\n`),
    append,
  );
}

function csv(columns: readonly Column[], rows: Iterable<TableRow>, append: Append): void {
  append(csvLine(columns.map(({ name }) => name)));
  writeLines(
    map(rows, (row) => csvLine(columns.map(({ name }) => csvCell(row[name])))),
    append,
  );
}

function csvCell(value: Cell | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function parquet(columns: readonly Column[], rows: Iterable<TableRow>, append: Append): void {
  writeParquet(
    columns.map(({ name, type }) => PARQUET_COLUMNS[type](name)),
    rows,
    append,
  );
}

const PARQUET_COLUMNS: Readonly<Record<ColumnType, (name: string) => ParquetColumn>> = {
  integer: integerColumn,
  number: numberColumn,
  text: textColumn,
  integers: (name) => listColumn(name, integerColumn),
  floats: (name) => listColumn(name, floatColumn),
};

function writeLines(lines: Iterable<string>, append: Append): void {
  let chunk = '';
  for (const line of lines) {
    chunk += line;
    if (chunk.length < CHUNK_LENGTH) continue;
    append(chunk);
    chunk = '';
  }
  append(chunk);
}

function* map<From, To>(values: Iterable<From>, to: (value: From) => To): Generator<To> {
  for (const value of values) yield to(value);
}
