/** Parquet, as Hugging Face keeps datasets: read one row group after the other, in any of the format's compressions. */
import { parquetMetadataAsync, parquetReadObjects, type AsyncBuffer, type FileMetaData } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { UserError } from '../../protocol/errors.ts';
import { MAX_ROWS, type Columns, type DatasetRow } from '../row.ts';
import { reasonOf } from './text.ts';

/** What compressed rows may grow to in all: they are held as objects, which take several times that. */
const MAX_UNCOMPRESSED_BYTES = 2 * 1024 ** 3;

/**
 * @param file as errors shall call it
 * @throws UserError where it is no Parquet, is damaged, breaks a limit or has no row
 */
export async function parseParquet(bytes: Uint8Array, file: string): Promise<DatasetRow[]> {
  const buffer: AsyncBuffer = {
    byteLength: bytes.byteLength,
    slice: (start, end) => Uint8Array.from(bytes.subarray(start, end)).buffer,
  };
  const metadata = await damagedUnless(file, () => parquetMetadataAsync(buffer));
  checkSize(metadata, file);
  const rows: DatasetRow[] = [];
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    const group = await damagedUnless(file, () =>
      parquetReadObjects({ file: buffer, metadata, compressors, rowStart, rowEnd }),
    );
    for (const values of group) rows.push({ file, row: rows.length, line: null, columns: plainColumns(values) });
    rowStart = rowEnd;
  }
  return rows;
}

async function damagedUnless<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new UserError(
      `${file} cannot be read as Parquet (${reasonOf(error)}). It is damaged, cut short or no Parquet file: get it again.`,
    );
  }
}

function checkSize({ num_rows, row_groups }: FileMetaData, file: string): void {
  if (num_rows === 0n) throw new UserError(`The dataset ${file} is empty: it has no rows.`);
  if (num_rows > BigInt(MAX_ROWS))
    throw new UserError(`${file} has more than ${MAX_ROWS} rows. Train on a part of it.`);
  const size = row_groups.reduce((sum, { total_byte_size }) => sum + total_byte_size, 0n);
  if (size > BigInt(MAX_UNCOMPRESSED_BYTES))
    throw new UserError(
      `${file} holds ${size} bytes uncompressed, more than ${MAX_UNCOMPRESSED_BYTES}. Train on a part of it.`,
    );
}

function plainColumns(values: Readonly<Record<string, unknown>>): Columns {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, plainValue(value)]));
}

/**
 * A value as JSON has it, so that a reward is given the same whatever file a row came from: numbers where they are exact, else their
 * digits as text; points in time as ISO 8601; bytes as base64.
 */
function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (value === undefined) return null;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (isIterable(value)) return Array.from(value, plainValue);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plainValue(inner)]));
}

/** Lists, which may be typed arrays. */
function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value;
}
