/** JSONL: one JSON object per line. */
import { UserError } from '../../protocol/errors.ts';
import { isColumns, MAX_ROWS, type Columns, type DatasetRow } from '../row.ts';
import { decodeUtf8, parseExactJson, reasonOf } from './text.ts';

/** Longest line accepted. No prompt is this long; a file without line breaks is. */
export const MAX_LINE_BYTES = 16 * 1024 ** 2;

const LINE_FEED = 0x0a;

/**
 * Parses the bytes of a JSONL file. A byte order mark, CRLF and blank lines are taken as they come.
 * @param file as errors shall call it
 * @throws UserError for what is no JSONL, naming the line
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
    throw new UserError(`${file} is a Parquet file by what is in it. Name it ….parquet, and it is read as one.`);
  if (start.startsWith('['))
    throw new UserError(`${file} is a JSON array by what is in it. Name it ….json, and it is read as one.`);
}

/** null for a blank line. */
function parseLine(bytes: Uint8Array, file: string, line: number): Columns | null {
  const fail = (what: string): never => {
    throw new UserError(`${file}, line ${line}: ${what}`);
  };
  if (bytes.length > MAX_LINE_BYTES)
    return fail(`the line is longer than ${MAX_LINE_BYTES} bytes; JSONL has one row per line.`);
  const text = decodeUtf8(bytes) ?? fail('this is not UTF-8 text. Save the file as UTF-8.');
  if (text.trim() === '') return null;
  const value = parseJson(text, (reason) =>
    fail(`this is not JSON (${reason}). Each line must be one whole JSON object.`),
  );
  if (isColumns(value)) return value;
  return fail('a row must be a JSON object with named columns, such as {"question": "..."}.');
}

function parseJson(text: string, fail: (reason: string) => never): unknown {
  try {
    return parseExactJson(text);
  } catch (error) {
    return fail(reasonOf(error));
  }
}
