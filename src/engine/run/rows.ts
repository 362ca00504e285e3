/** Typed access to rows of `node:sqlite`. A run folder may come from anywhere, so what a column holds is checked, not assumed. */
import type { SQLOutputValue } from 'node:sqlite';

export type Row = Readonly<Record<string, SQLOutputValue>>;

/** A value is not of the kind its column has; readers turn it into a `DamagedRunError` naming the folder. */
export class BadValueError extends Error {
  override readonly name = 'BadValueError';
}

function bad(column: string, expected: string): BadValueError {
  return new BadValueError(`column ${column} is not ${expected}`);
}

export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw bad(column, 'text');
  return value;
}

export function number(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw bad(column, 'a number');
  return value;
}

export function integer(row: Row, column: string): number {
  const value = number(row, column);
  if (!Number.isSafeInteger(value)) throw bad(column, 'an integer');
  return value;
}

export function bytes(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw bad(column, 'a blob');
  return value;
}

/** One of a closed set of words. */
export function word<const Word extends string>(row: Row, column: string, words: readonly Word[]): Word {
  const value = text(row, column);
  const found = words.find((candidate) => candidate === value);
  if (found === undefined) throw bad(column, `one of ${words.join(', ')}`);
  return found;
}

/** The value as `read` reads it, or null where the column is NULL. */
export function nullable<Value>(read: (row: Row, column: string) => Value, row: Row, column: string): Value | null {
  return row[column] === null ? null : read(row, column);
}

/** Words of ours as a list in SQL. */
export function quoted(words: readonly string[]): string {
  return words.map((own) => `'${own}'`).join(', ');
}
