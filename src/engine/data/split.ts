/** Which rows are for training, which for validation, and which serve as worked examples. Decided by the seed alone. */
import { UserError } from '../protocol/errors.ts';
import { shuffle } from '../random/draws.ts';
import { uniforms } from '../random/keyed.ts';

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
