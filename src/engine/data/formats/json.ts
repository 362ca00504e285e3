/** `.json`: an array of objects, one for each row. Many files of that name are JSONL, which is read too. */
import { parseTree, type ParseError } from 'jsonc-parser';
import { UserError } from '../../protocol/errors.ts';
import { isColumns, MAX_ROWS, type DatasetRow } from '../row.ts';
import { parseJsonl } from './jsonl.ts';
import { parseExactJson, reasonOf, wholeText } from './text.ts';

/** Enough to see what a file begins with. */
const HEAD_BYTES = 256;

/**
 * @param file as errors shall call it
 * @throws UserError naming the line or the row of what is wrong
 */
export function parseJsonFile(bytes: Uint8Array, file: string): DatasetRow[] {
  const head = new TextDecoder().decode(bytes.subarray(0, HEAD_BYTES)).trimStart();
  if (!head.startsWith('[')) return parseLines(bytes, head, file);
  const text = wholeText(bytes, file);
  const values = parseArray(text, file);
  if (values.length === 0)
    throw new UserError(`The dataset ${file} is empty: it needs an object for each row, such as {"question": "..."}.`);
  if (values.length > MAX_ROWS) throw new UserError(`${file} has more than ${MAX_ROWS} rows. Train on a part of it.`);
  return values.map((columns, row) => {
    if (isColumns(columns)) return { file, row, line: null, columns };
    throw new UserError(
      `${file}, row ${row}: a row must be a JSON object with named columns, such as {"question": "..."}.`,
    );
  });
}

/** A file of lines; or one object over many lines, which is neither. */
function parseLines(bytes: Uint8Array, head: string, file: string): DatasetRow[] {
  if (/^\{\s*\n/.test(head))
    throw new UserError(
      `${file} is one JSON object over several lines. A dataset is an array of objects, [{"question": "..."}, ...], or has one object per line.`,
    );
  return parseJsonl(bytes, file);
}

function parseArray(text: string, file: string): readonly unknown[] {
  try {
    const value = parseExactJson(text);
    if (Array.isArray(value)) return value;
    throw new UserError(`${file} is no JSON array of rows.`);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${file}, line ${faultyLine(text)}: this is not JSON (${reasonOf(error)}).`);
  }
}

/** Line from 1 of the first fault; a parser that goes on says where it is, which `JSON.parse` does not always. */
function faultyLine(text: string): number {
  const errors: ParseError[] = [];
  parseTree(text, errors, { disallowComments: true });
  return text.slice(0, errors[0]?.offset ?? text.length).split('\n').length;
}
