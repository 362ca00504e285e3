/** Parquet, as Hugging Face keeps datasets, decoded one row group after the other, in any of the format's compressions. */
import { parquetMetadataAsync, parquetReadObjects, type AsyncBuffer, type Compressors } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { z } from 'zod';
import { UserError } from '../../protocol/errors.ts';
import { MAX_ROWS, type Columns } from '../row.ts';
import { damagedParquet } from './parquetMessages.ts';
import { reasonOf } from './text.ts';

/** What compressed rows may grow to in all: they are held as objects, which take several times that. */
const MAX_UNCOMPRESSED_BYTES = 2 * 1024 ** 3;

const size = z.bigint().nonnegative();

/** What is taken at its word of a file's metadata, which the library reads as it is written. */
const sizesSchema = z
  .object({ num_rows: size, row_groups: z.array(z.object({ num_rows: size, total_byte_size: size })) })
  .refine(
    ({ num_rows, row_groups }) => row_groups.reduce((sum, group) => sum + group.num_rows, 0n) === num_rows,
    'its row groups have other numbers of rows than the file',
  );
type Sizes = z.output<typeof sizesSchema>;

/**
 * The rows of a file, a row group at a time. A damaged file may take all time and memory there is: what has more to do than read it
 * asks a `ParquetReader`.
 * @param file as errors shall call it
 * @throws UserError where it is no Parquet, is damaged, breaks a limit or has no row
 */
export async function* decodeParquet(bytes: Uint8Array, file: string): AsyncGenerator<readonly Columns[]> {
  const buffer: AsyncBuffer = {
    byteLength: bytes.byteLength,
    slice: (start, end) => Uint8Array.from(bytes.subarray(start, end)).buffer,
  };
  const metadata = await damagedUnless(file, () => parquetMetadataAsync(buffer));
  const sizes = await damagedUnless(file, () => sizesSchema.parseAsync(metadata));
  const limited = limitedTo(checkSize(sizes, file));
  let rowStart = 0;
  for (const { num_rows } of sizes.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    const group = await damagedUnless(file, () =>
      parquetReadObjects({ file: buffer, metadata, compressors: limited, rowStart, rowEnd }),
    );
    yield group.map(plainColumns);
    rowStart = rowEnd;
  }
}

async function damagedUnless<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new UserError(damagedParquet(file, reasonOf(error)));
  }
}

/** @returns the bytes that its pages hold uncompressed, at most */
function checkSize({ num_rows, row_groups }: Sizes, file: string): number {
  if (num_rows === 0n) throw new UserError(`The dataset ${file} is empty: it has no rows.`);
  if (num_rows > BigInt(MAX_ROWS))
    throw new UserError(`${file} has more than ${MAX_ROWS} rows. Train on a part of it.`);
  const bytes = row_groups.reduce((sum, { total_byte_size }) => sum + total_byte_size, 0n);
  if (bytes > BigInt(MAX_UNCOMPRESSED_BYTES))
    throw new UserError(
      `${file} holds ${bytes} bytes uncompressed, more than ${MAX_UNCOMPRESSED_BYTES}. Train on a part of it.`,
    );
  return Number(bytes);
}

/** A page says itself how large it becomes, and memory is taken for that before it is unpacked. */
function limitedTo(bytes: number): Compressors {
  return Object.fromEntries(
    Object.entries(compressors).map(([codec, unpack]) => [
      codec,
      (page: Uint8Array, length: number) => {
        if (length > bytes) throw new Error(`a page of ${length} bytes in a file of ${bytes}`);
        return unpack(page, length);
      },
    ]),
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
