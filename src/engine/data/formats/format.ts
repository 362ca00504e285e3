/** What a dataset file is, by its name. */
import { gunzipSync } from 'node:zlib';
import { UserError } from '../../protocol/errors.ts';
import type { DatasetRow } from '../row.ts';
import { parseCsv } from './csv.ts';
import { parseJsonFile } from './json.ts';
import { parseJsonl } from './jsonl.ts';
import { parseParquet } from './parquetReader.ts';
import { reasonOf } from './text.ts';

/** Rows are held in memory as objects, which take several times their bytes. GSM8K has 4 MB. */
export const MAX_FILE_BYTES = 512 * 1024 ** 2;

const PARSERS: Readonly<
  Record<string, (bytes: Uint8Array, file: string) => readonly DatasetRow[] | Promise<readonly DatasetRow[]>>
> = {
  '.jsonl': parseJsonl,
  '.ndjson': parseJsonl,
  '.json': parseJsonFile,
  '.csv': (bytes, file) => parseCsv(bytes, file, ','),
  '.tsv': (bytes, file) => parseCsv(bytes, file, '\t'),
  '.parquet': parseParquet,
};

const COMPRESSED = /\.gz$/i;
const EXTENSION = /\.[^./\\]+$/;

function formatOf(name: string): { readonly extension: string; readonly compressed: boolean } {
  const unpacked = name.replace(COMPRESSED, '');
  const [extension = ''] = EXTENSION.exec(unpacked) ?? [];
  return { extension: extension.toLowerCase(), compressed: unpacked !== name };
}

/** Whether a file of this name is read as what its name says. */
export function isDatasetFile(name: string): boolean {
  return Object.hasOwn(PARSERS, formatOf(name).extension);
}

/**
 * The rows of a file, in order. The extension says what it is, with `.gz` behind it where it is compressed; one of another name is
 * read as JSONL.
 * @param file as errors shall call it
 * @throws UserError naming the row or line of what is wrong
 */
export async function parseRows(bytes: Uint8Array, file: string): Promise<readonly DatasetRow[]> {
  const { extension, compressed } = formatOf(file);
  const parse = PARSERS[extension] ?? parseJsonl;
  return parse(compressed ? gunzip(bytes, file) : bytes, file);
}

function gunzip(bytes: Uint8Array, file: string): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_FILE_BYTES });
  } catch (error) {
    throw new UserError(
      `${file} cannot be unpacked (${reasonOf(error)}). It is damaged, no gzip file, or has more than ${MAX_FILE_BYTES} bytes in it.`,
    );
  }
}
