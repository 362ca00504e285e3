/** Datasets: JSONL files, one JSON object per line. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { UserError } from '../protocol/errors.ts';

/** The columns of one problem, as they stand in the file. */
export type Columns = Readonly<Record<string, unknown>>;

/** One row of a dataset, with where it came from. */
export interface DatasetRow {
  /** Name of the file, for messages. */
  readonly file: string;
  /** From 0; blank lines are no rows. */
  readonly row: number;
  /** From 1; null for a row that stands in the experiment itself. */
  readonly line: number | null;
  readonly columns: Columns;
}

export interface Dataset {
  readonly path: string;
  /** Of the file's bytes, in hexadecimal. */
  readonly sha256: string;
  readonly rows: readonly DatasetRow[];
}

/** Largest file accepted: rows are held in memory as objects, which take several times their bytes. GSM8K has 4 MB. */
export const MAX_FILE_BYTES = 512 * 1024 ** 2;
/** Longest line accepted. No prompt is this long; a file without line breaks is. */
export const MAX_LINE_BYTES = 16 * 1024 ** 2;
/** Most rows accepted: short rows cost more memory than their bytes. */
export const MAX_ROWS = 2_000_000;

const LINE_FEED = 0x0a;

/** Where a row is, for an error message. */
export function describeRow({ file, row, line }: DatasetRow): string {
  return line === null ? `${file}, row ${row}` : `${file}, row ${row} (line ${line})`;
}

/**
 * Reads a dataset.
 * @throws UserError where the file cannot be read, breaks a limit, holds something else than JSONL, or holds no row.
 */
export async function readDataset(path: string): Promise<Dataset> {
  const bytes = await readBytes(path);
  return { path, sha256: createHash('sha256').update(bytes).digest('hex'), rows: parseJsonl(bytes, path) };
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size <= MAX_FILE_BYTES) return await readFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`The dataset ${path} cannot be read (${reason}). Paths are relative to the experiment file.`);
  }
  throw new UserError(`The dataset ${path} is larger than ${MAX_FILE_BYTES} bytes. Split it and train on a part.`);
}

/**
 * Parses the bytes of a JSONL file. A byte order mark, CRLF and blank lines are taken as they come.
 * @param file as errors shall call it
 */
export function parseJsonl(bytes: Uint8Array, file: string): DatasetRow[] {
  refuseOtherFormats(bytes, file);
  const rows: DatasetRow[] = [];
  let line = 0;
  for (let start = 0; start < bytes.length; line += 1) {
    const lineFeed = bytes.indexOf(LINE_FEED, start);
    const end = lineFeed === -1 ? bytes.length : lineFeed;
    const columns = parseLine(bytes.subarray(start, end), file, line + 1);
    if (columns !== null) rows.push({ file, row: rows.length, line: line + 1, columns });
    if (rows.length > MAX_ROWS) throw new UserError(`${file} has more than ${MAX_ROWS} rows. Train on a part of it.`);
    start = end + 1;
  }
  if (rows.length === 0) {
    throw new UserError(
      `The dataset ${file} is empty: it needs one JSON object per line, such as {"question": "..."}.`,
    );
  }
  return rows;
}

/** The two formats that people most often hold in place of JSONL; anything else fails at its first line. */
function refuseOtherFormats(bytes: Uint8Array, file: string): void {
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart();
  if (start.startsWith('PAR1'))
    throw new UserError(`${file} is a Parquet file. Convert it to JSONL, one object per line.`);
  if (start.startsWith('[')) {
    throw new UserError(
      `${file} is a JSON array. JSONL has one object per line: jq -c '.[]' FILE > FILE.jsonl converts it.`,
    );
  }
}

/** null for a blank line. */
function parseLine(bytes: Uint8Array, file: string, line: number): Columns | null {
  const fail = (what: string): never => {
    throw new UserError(`${file}, line ${line}: ${what}`);
  };
  if (bytes.length > MAX_LINE_BYTES)
    return fail(`the line is longer than ${MAX_LINE_BYTES} bytes; JSONL has one row per line.`);
  const text = decode(bytes) ?? fail('this is not UTF-8 text. Save the file as UTF-8.');
  if (text.trim() === '') return null;
  const value = parseJson(text, (reason) =>
    fail(`this is not JSON (${reason}). Each line must be one whole JSON object.`),
  );
  if (isObject(value)) return value;
  return fail('a row must be a JSON object with named columns, such as {"question": "..."}.');
}

function decode(bytes: Uint8Array): string | null {
  try {
    // A byte order mark at the start is dropped by the decoder.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function parseJson(text: string, fail: (reason: string) => never): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function isObject(value: unknown): value is Columns {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
