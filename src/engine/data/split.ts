/** Which rows are for training, which for validation and test, and which serve as worked examples. Decided by the rows and the seed alone. */
import { UserError } from '../protocol/errors.ts';
import type { RowSelection } from '../protocol/datasetConfig.ts';
import { shuffle } from '../random/draws.ts';
import { uniforms } from '../random/keyed.ts';
import type { DatasetRow } from './row.ts';

/** Rows that were taken out for a part, and the others; both in the order of the file, and no row in both. */
export interface Taken<T> {
  readonly taken: readonly T[];
  readonly left: readonly T[];
}

/** A part that is carved. Each has random numbers of its own. */
export type CarvedPart = 'validation' | 'test';

/**
 * How many rows a portion below 1 is of the source, and another number is by itself. A share takes at least one row.
 * @param total rows of the source
 */
export function rowsOfPortion(portion: number, total: number): number {
  return portion < 1 ? Math.max(1, Math.round(portion * total)) : portion;
}

/**
 * Carves `count` rows out: the same ones for a seed, whatever else the experiment says, and among more of them the same again.
 * Carved first, test rows stay the same when the validation part changes.
 */
export function carve<T>(rows: readonly T[], count: number, part: CarvedPart, seed: number): Taken<T> {
  const next = part === 'validation' ? uniforms(seed, 'split') : uniforms(seed, 'split', [TEST_STREAM]);
  const held = new Set(shuffledIndices(rows, next).slice(0, count));
  return {
    taken: rows.filter((_, index) => held.has(index)),
    left: rows.filter((_, index) => !held.has(index)),
  };
}

/** Tells the test part's random numbers from the validation part's. */
const TEST_STREAM = 1;

/**
 * Takes out the rows that have each of the `wanted` values in its column.
 * @param file as errors shall call it
 * @throws UserError where no row has them, or every row
 */
export function select(
  rows: readonly DatasetRow[],
  wanted: RowSelection,
  part: CarvedPart,
  file: string,
): Taken<DatasetRow> {
  const entries = Object.entries(wanted);
  const isWanted = ({ columns }: DatasetRow): boolean => entries.every(([column, value]) => columns[column] === value);
  const taken = rows.filter(isWanted);
  const words = entries.map(([column, value]) => `"${column}": ${JSON.stringify(value)}`).join(', ');
  if (taken.length === 0) {
    throw new UserError(
      `dataset.${part}: no row of ${file} has ${words}. Its columns are ${Object.keys(rows[0]?.columns ?? {}).join(', ')}; text and numbers differ.`,
    );
  }
  if (taken.length === rows.length) {
    throw new UserError(`dataset.${part}: every row of ${file} has ${words}, and none would be left to train on.`);
  }
  return { taken, left: rows.filter((row) => !isWanted(row)) };
}

export interface ExampleSplit<T> {
  readonly train: readonly T[];
  /** In random order: what stands last is nearest to the question and weighs most. */
  readonly examples: readonly T[];
}

/**
 * Takes `count` worked examples out of the training rows: a problem never finds its own answer in its prompt, and every prompt begins
 * with the same tokens.
 * @throws UserError where no training row would be left
 */
export function takeExamples<T>(train: readonly T[], count: number, seed: number): ExampleSplit<T> {
  if (count > 0 && count >= train.length) {
    throw new UserError(
      `dataset.fewShot takes ${count} examples out of ${train.length} training rows, and none would be left to train on. Lower it, or give the examples themselves.`,
    );
  }
  const drawn = shuffledIndices(train, uniforms(seed, 'fewShot')).slice(0, count);
  const taken = new Set(drawn);
  return {
    train: train.filter((_, index) => !taken.has(index)),
    examples: drawn.flatMap((index) => train.slice(index, index + 1)),
  };
}

function shuffledIndices(rows: readonly unknown[], next: () => number): number[] {
  return shuffle([...rows.keys()], next);
}
