/** Templates: text in which `{column}` stands for that column of a row; `{{` and `}}` are braces. */
import { UserError } from '../protocol/errors.ts';
import { nearest } from '../protocol/nearest.ts';
import { describeRow, type DatasetRow } from './row.ts';
import { plainNumber } from './plainNumber.ts';

/** Literal text, or the name of a column. */
type Part = { readonly text: string } | { readonly column: string };

export interface Template {
  /** The experiment's key it stands under, for messages. */
  readonly key: string;
  readonly source: string;
  readonly parts: readonly Part[];
}

/** Braces as escapes, a column, or one brace alone. */
const PIECES = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

/**
 * Reads a template.
 * @param key the experiment's key, such as `dataset.prompt`
 * @throws UserError for a brace without its partner and for a column without a name
 */
export function parseTemplate(source: string, key: string): Template {
  const parts: Part[] = [];
  let end = 0;
  for (const match of source.matchAll(PIECES)) {
    const [piece, column] = match;
    parts.push({ text: source.slice(end, match.index) });
    if (column === undefined && piece.length === 1) {
      throw new UserError(
        `${key}: the "${piece}" at character ${match.index + 1} has no partner; write "${piece}${piece}" for a brace.`,
      );
    }
    if (column === '') {
      throw new UserError(`${key}: "{}" at character ${match.index + 1} names no column; write "{{}}" for two braces.`);
    }
    parts.push(column === undefined ? { text: piece.slice(0, 1) } : { column });
    end = match.index + piece.length;
  }
  parts.push({ text: source.slice(end) });
  return { key, source, parts };
}

/**
 * Fills in a row's columns: text as it is, numbers in plain digits, true and false as words, lists and objects as JSON.
 * @throws UserError for a column that the row does not have or that is null
 */
export function renderTemplate(template: Template, row: DatasetRow): string {
  return template.parts.map((part) => ('text' in part ? part.text : columnText(template, part.column, row))).join('');
}

function columnText({ key }: Template, column: string, row: DatasetRow): string {
  const { columns } = row;
  if (!Object.hasOwn(columns, column)) {
    const known = Object.keys(columns);
    const guess = nearest(column, known);
    const hint = guess === undefined ? '' : ` Did you mean {${guess}}?`;
    throw new UserError(
      `${describeRow(row)}: ${key} names the column {${column}}, and the row has ${known.length === 0 ? 'none' : known.join(', ')}.${hint}`,
    );
  }
  const value = columns[column];
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return plainNumber(value);
  if (value === null || value === undefined) {
    throw new UserError(
      `${describeRow(row)}: the column "${column}", which ${key} names, is null. Fill it in or remove the row.`,
    );
  }
  return JSON.stringify(value);
}
