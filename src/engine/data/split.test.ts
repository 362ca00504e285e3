import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { carveValidation, takeExamples } from './split.ts';

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
