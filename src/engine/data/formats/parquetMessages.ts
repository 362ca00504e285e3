/** What passes between the engine and the process that reads its Parquet files. Both are our code, but one of them has met the file. */
import { z } from 'zod';
import { isColumns, type Columns } from '../row.ts';

const requestSchema = z.object({
  file: z.string(),
  bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
});
/** A file to read, one at a time. */
export type ParquetRequest = z.output<typeof requestSchema>;

const replySchema = z.discriminatedUnion('kind', [
  /** The process is up, and has the file. */
  z.object({ kind: z.literal('begun') }),
  /** Of one row group. */
  z.object({ kind: z.literal('rows'), rows: z.array(z.custom<Columns>(isColumns)).readonly() }),
  z.object({ kind: z.literal('end') }),
  /** With what a UserError says. */
  z.object({ kind: z.literal('refused'), message: z.string() }),
]);
export type ParquetReply = z.output<typeof replySchema>;

export const parseParquetRequest = (message: unknown): ParquetRequest => requestSchema.parse(message);
export const parseParquetReply = (message: unknown): ParquetReply => replySchema.parse(message);

/** What a person is told of a file that cannot be read. */
export function damagedParquet(file: string, why: string): string {
  return `${file} cannot be read as Parquet (${why}). It is damaged, cut short or no Parquet file: get it again.`;
}
