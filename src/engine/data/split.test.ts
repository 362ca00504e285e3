import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DatasetRow } from './row.ts';
import { carve, rowsOfPortion, select, takeExamples } from './split.ts';

const rows = Array.from({ length: 40 }, (_, row) => row);

test('a carved part: as many as asked for, in order, the same for a seed, another for another', () => {
  for (const part of ['validation', 'test'] as const) {
    const { taken, left } = carve(rows, 10, part, 7);
    assert.equal(taken.length, 10);
    assert.deepEqual(
      [...left, ...taken].sort((a, b) => a - b),
      rows,
    );
    assert.deepEqual(
      taken,
      taken.toSorted((a, b) => a - b),
    );
    assert.deepEqual(carve(rows, 10, part, 7).taken, taken);
    assert.notDeepEqual(carve(rows, 10, part, 8).taken, taken);
  }
});

test('validation and test are drawn apart; what a seed has held back once stays the same', () => {
  assert.deepEqual(carve(rows, 5, 'validation', 7).taken, [2, 3, 7, 19, 33]);
  assert.notDeepEqual(carve(rows, 5, 'test', 7).taken, carve(rows, 5, 'validation', 7).taken);
});

test('a larger part contains the smaller one of the same seed', () => {
  const small = carve(rows, 5, 'validation', 7).taken;
  const large = new Set(carve(rows, 12, 'validation', 7).taken);
  assert.ok(small.every((row) => large.has(row)));
});

test('parts never overlap and lose nothing', () => {
  fc.assert(
    fc.property(fc.nat(30), fc.nat(60), fc.nat(1000), (size, count, seed) => {
      const all = rows.slice(0, size);
      const { taken, left } = carve(all, count, 'test', seed);
      assert.deepEqual(
        [...left, ...taken].sort((a, b) => a - b),
        all,
      );
      assert.equal(taken.length, Math.min(count, size));
    }),
  );
});

test('a portion is a number of rows, or below 1 a share of them', () => {
  assert.deepEqual(
    [256, 1, 0.1, 0.5, 0.001].map((portion) => rowsOfPortion(portion, 40)),
    [256, 1, 4, 20, 1],
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

test('selected rows are those with every value asked for, and the others are left', () => {
  const all = rowsOf(
    { split: 'heldout', level: 1 },
    { split: 'train', level: 1 },
    { split: 'heldout', level: 2 },
    { level: 1 },
  );
  const numbers = ({ left, taken }: ReturnType<typeof select>): number[][] =>
    [left, taken].map((part) => part.map(({ row }) => row));
  assert.deepEqual(numbers(select(all, { split: 'heldout' }, 'validation', 'd.jsonl')), [
    [1, 3],
    [0, 2],
  ]);
  assert.deepEqual(numbers(select(all, { split: 'heldout', level: 2 }, 'validation', 'd.jsonl')), [[0, 1, 3], [2]]);
});

test('a selection that takes no row, or every row, is an error', () => {
  const all = rowsOf({ split: 'a', level: 1 }, { split: 'a', level: 2 });
  assert.throws(() => select(all, { level: '1' }, 'validation', 'd.jsonl'), {
    name: 'UserError',
    message:
      /dataset\.validation: no row of d\.jsonl has "level": "1"\. Its columns are split, level; text and numbers differ/,
  });
  assert.throws(() => select(all, { split: 'a' }, 'test', 'd.jsonl'), {
    name: 'UserError',
    message: /dataset\.test: every row/,
  });
});
