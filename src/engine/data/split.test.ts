import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DatasetRow } from './dataset.ts';
import { carveValidation, selectValidation, takeExamples } from './split.ts';

const rows = Array.from({ length: 40 }, (_, row) => row);

test('the validation part: as many as asked for, in order, the same for a seed, another for another', () => {
  const { train, validation } = carveValidation(rows, 10, 7);
  assert.equal(validation.length, 10);
  assert.deepEqual(
    [...train, ...validation].sort((a, b) => a - b),
    rows,
  );
  assert.deepEqual(
    validation,
    validation.toSorted((a, b) => a - b),
  );
  assert.deepEqual(carveValidation(rows, 10, 7).validation, validation);
  assert.notDeepEqual(carveValidation(rows, 10, 8).validation, validation);
});

test('a larger part contains the smaller one of the same seed', () => {
  const small = carveValidation(rows, 5, 7).validation;
  const large = new Set(carveValidation(rows, 12, 7).validation);
  assert.ok(small.every((row) => large.has(row)));
});

test('parts never overlap and lose nothing; at least half is left to train on', () => {
  fc.assert(
    fc.property(fc.nat(30), fc.nat(60), fc.nat(1000), (size, count, seed) => {
      const all = rows.slice(0, size);
      const { train, validation } = carveValidation(all, count, seed);
      assert.deepEqual(
        [...train, ...validation].sort((a, b) => a - b),
        all,
      );
      assert.equal(validation.length, Math.min(count, Math.floor(size / 2)));
    }),
  );
});

test('examples leave the training rows, the same ones for a seed', () => {
  const { train, examples } = takeExamples(rows, 3, 7);
  assert.equal(examples.length, 3);
  assert.ok(examples.every((row) => !train.includes(row)));
  assert.equal(train.length, 37);
  assert.deepEqual(takeExamples(rows, 3, 7).examples, examples);
  assert.notDeepEqual(takeExamples(rows, 3, 8).examples, examples);
  assert.deepEqual(takeExamples([1], 0, 7), { train: [1], examples: [] });
});

test('examples may not use up the training rows', () => {
  assert.throws(() => takeExamples([1, 2], 2, 0), /fewShot takes 2 examples out of 2 training rows/);
});

/** Rows of a dataset that have these columns. */
function rowsOf(...columns: readonly Readonly<Record<string, unknown>>[]): DatasetRow[] {
  return columns.map((own, row) => ({ file: 'd.jsonl', row, line: row + 1, columns: own }));
}

test('validation rows are those with every value asked for, and the others are trained on', () => {
  const all = rowsOf(
    { split: 'heldout', level: 1 },
    { split: 'train', level: 1 },
    { split: 'heldout', level: 2 },
    { level: 1 },
  );
  const numbers = ({ train, validation }: ReturnType<typeof selectValidation>): number[][] =>
    [train, validation].map((part) => part.map(({ row }) => row));
  assert.deepEqual(numbers(selectValidation(all, { split: 'heldout' }, 'd.jsonl')), [
    [1, 3],
    [0, 2],
  ]);
  assert.deepEqual(numbers(selectValidation(all, { split: 'heldout', level: 2 }, 'd.jsonl')), [[0, 1, 3], [2]]);
});

test('a selection that takes no row, or every row, is an error', () => {
  const all = rowsOf({ split: 'a', level: 1 }, { split: 'a', level: 2 });
  assert.throws(() => selectValidation(all, { level: '1' }, 'd.jsonl'), {
    name: 'UserError',
    message: /no row of d\.jsonl has "level": "1"\. Its columns are split, level; text and numbers differ/,
  });
  assert.throws(() => selectValidation(all, { split: 'a' }, 'd.jsonl'), { name: 'UserError', message: /every row/ });
});
