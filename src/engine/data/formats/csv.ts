/** CSV and TSV with a line of column names. Every value is text: what looks like a number may be a code or a date. */
import { CsvError, parse } from 'csv-parse/sync';
import { UserError } from '../../protocol/errors.ts';
import { MAX_ROWS, type DatasetRow } from '../row.ts';
import { MAX_LINE_BYTES } from './jsonl.ts';
import { reasonOf, wholeText } from './text.ts';

/** What the faults that people meet mean, by the parser's code. */
const FAULTS: Readonly<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH:
    'the row has another number of fields than the line of column names. Put quotes around text with separators or line breaks in it.',
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed. A quote inside of quoted text is written twice.',
  CSV_INVALID_CLOSING_QUOTE: 'something stands behind a closing quote. A quote inside of quoted text is written twice.',
  INVALID_OPENING_QUOTE:
    'a quote stands in the middle of a field. Put quotes around the whole field, and write this one twice.',
  CSV_MAX_RECORD_SIZE: `the row is longer than ${MAX_LINE_BYTES} characters. Look for a quote that is never closed.`,
};

interface CsvRecord {
  readonly fields: readonly string[];
  /** From 1; of its first field. */
  readonly line: number;
}

/**
 * @param file as errors shall call it
 * @param delimiter `,` or a tab
 * @throws UserError naming the line of what is wrong
 */
export function parseCsv(bytes: Uint8Array, file: string, delimiter: ',' | '\t'): DatasetRow[] {
  const [head, ...body] = readRecords(wholeText(bytes, file), file, delimiter);
  if (head === undefined || body.length === 0)
    throw new UserError(`The dataset ${file} is empty: it needs a line of column names and a line for each row.`);
  checkNames(head.fields, file);
  return body.map(({ fields, line }, row) => ({
    file,
    row,
    line,
    columns: Object.fromEntries(head.fields.map((name, index) => [name, fields[index] ?? ''])),
  }));
}

function readRecords(text: string, file: string, delimiter: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  try {
    parse(text, {
      bom: true,
      delimiter,
      max_record_size: MAX_LINE_BYTES,
      skip_empty_lines: true,
      on_record: (fields: string[], { lines }) => {
        if (records.length > MAX_ROWS)
          throw new UserError(`${file} has more than ${MAX_ROWS} rows. Train on a part of it.`);
        // Counted to where the record ends, and the text in it may have lines of its own.
        records.push({ fields, line: lines - lineBreaks(fields) });
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? `, line ${error['lines']}` : '';
    throw new UserError(`${file}${line}: ${FAULTS[error.code] ?? reasonOf(error)}`);
  }
  return records;
}

function checkNames(names: readonly string[], file: string): void {
  for (const [index, name] of names.entries()) {
    if (name.trim() === '')
      throw new UserError(`${file}, line 1: column ${index + 1} has no name. The first line must name every column.`);
    if (names.indexOf(name) !== index)
      throw new UserError(`${file}, line 1: two columns are called "${name}". Rename one of them.`);
  }
}

function lineBreaks(fields: readonly string[]): number {
  return fields.reduce((sum, field) => sum + (field.match(/\r\n|\r|\n/g)?.length ?? 0), 0);
}
