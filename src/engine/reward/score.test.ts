import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RewardResult } from '../protocol/completion.ts';
import { decodeGroup, decodeScore, encodeGroup, encodeScore } from './score.ts';

/** As it goes over the pipe. */
const overJson = (frame: unknown): unknown => JSON.parse(JSON.stringify(frame));
const kindOf = (result: RewardResult | undefined): unknown =>
  result && 'error' in result ? result.error.kind : result?.value;

const scores: readonly (readonly [unknown, unknown])[] = [
  [0.5, 0.5],
  [-1, -1],
  [null, null],
  [true, 1],
  [false, 0],
  [NaN, 'notFinite'],
  [-Infinity, 'notFinite'],
  [undefined, 'wrongType'],
  ['1', 'wrongType'],
  ['x'.repeat(10_000_000), 'wrongType'],
  [1n, 'wrongType'],
  [{ notFinite: 'forged' }, 'wrongType'],
  [[1], 'wrongType'],
  [() => 1, 'wrongType'],
  [Symbol('s'), 'wrongType'],
  [new Number(1), 'wrongType'],
];

for (const [value, expected] of scores) {
  test(`a function that returns ${String(value).slice(0, 30)} gives ${String(expected)}`, () => {
    const result = decodeScore(overJson(encodeScore(value)));
    assert.equal(kindOf(result), expected);
    assert.ok(JSON.stringify(result).length < 500);
  });
}

test('-0 arrives as 0, so that equal rewards are equal bytes', () => {
  const result = decodeScore(overJson(encodeScore(-0)));
  assert.deepEqual(result, { value: 0 });
});

test('a group has one verdict for each completion', () => {
  const results = decodeGroup(overJson(encodeGroup([1, null, NaN, 'x', true], 5)), 5);
  assert.deepEqual(results.map(kindOf), [1, null, 'notFinite', 'wrongType', 1]);
});

test('a group of the wrong length says both lengths to every completion', () => {
  for (const value of [[], [1], [1, 2, 3], new Array(1_000_000_000)]) {
    const results = decodeGroup(overJson(encodeGroup(value, 2)), 2);
    assert.deepEqual(results.map(kindOf), ['wrongLength', 'wrongLength']);
    assert.match(JSON.stringify(results), new RegExp(`returned ${value.length} scores for a group of 2`));
  }
});

test('a group that is no array says what it is', () => {
  const results = decodeGroup(overJson(encodeGroup(1, 2)), 2);
  assert.deepEqual(results.map(kindOf), ['wrongType', 'wrongType']);
  assert.match(JSON.stringify(results), /returned a number; called for a group, return an array of 2 scores/);
});

test('whatever a grader sends is a verdict of bounded size', () => {
  fc.assert(
    fc.property(fc.anything(), fc.nat(4), (frame, size) => {
      const result = decodeScore(frame);
      assert.ok('error' in result || result.value === null || Number.isFinite(result.value));
      assert.equal(decodeGroup(frame, size).length, size);
    }),
    { numRuns: 10_000 },
  );
});
