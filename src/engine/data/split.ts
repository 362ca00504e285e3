/** Which rows are for training, which for validation, and which serve as worked examples. Decided by the rows and the seed alone. */
import { UserError } from '../protocol/errors.ts';
import type { RowSelection } from '../protocol/experiment.ts';
import { shuffle } from '../random/draws.ts';
import { uniforms } from '../random/keyed.ts';
import type { DatasetRow } from './dataset.ts';

export interface ValidationSplit<T> {
  /** In the order of the file. */
  readonly train: readonly T[];
  /** In the order of the file; never in `train`. */
  readonly validation: readonly T[];
}

/**
 * Carves `count` rows out for validation: the same ones for a seed, whatever else the experiment says. At most half of the rows, so
 * that the default fits small datasets too.
 */
export function carveValidation<T>(rows: readonly T[], count: number, seed: number): ValidationSplit<T> {
  const held = new Set(
    shuffledIndices(rows, uniforms(seed, 'split')).slice(0, Math.min(count, Math.floor(rows.length / 2))),
  );
  return {
    train: rows.filter((_, index) => !held.has(index)),
    validation: rows.filter((_, index) => held.has(index)),
  };
}

/**
 * Takes out the rows that have each of the `wanted` values in its column.
 * @param file as errors shall call it
 * @throws UserError where no row has them, or every row
 */
export function selectValidation(
  rows: readonly DatasetRow[],
  wanted: RowSelection,
  file: string,
): ValidationSplit<DatasetRow> {
  const entries = Object.entries(wanted);
  const isWanted = ({ columns }: DatasetRow): boolean => entries.every(([column, value]) => columns[column] === value);
  const validation = rows.filter(isWanted);
  const words = entries.map(([column, value]) => `"${column}": ${JSON.stringify(value)}`).join(', ');
  if (validation.length === 0) {
    throw new UserError(
      `dataset.validation: no row of ${file} has ${words}. Its columns are ${Object.keys(rows[0]?.columns ?? {}).join(', ')}; text and numbers differ.`,
    );
  }
  if (validation.length === rows.length) {
    throw new UserError(`dataset.validation: every row of ${file} has ${words}, and none would be left to train on.`);
  }
  return { train: rows.filter((row) => !isWanted(row)), validation };
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
