import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CompletionKey } from '../../protocol/completion.ts';
import { divide, rowShares } from './shares.ts';

test('shares cost about the same, stand in order and are not empty', () => {
  assert.deepEqual(divide([1, 1, 1, 1], 2), [
    [0, 1],
    [2, 3],
  ]);
  assert.deepEqual(divide([5, 1, 1, 1, 1, 1], 2), [[0], [1, 2, 3, 4, 5]]);
  assert.deepEqual(divide([1, 1], 4), [[0], [1]]);
  assert.deepEqual(divide([1, 1, 1], 1), [[0, 1, 2]]);
  assert.deepEqual(divide([0, 0], 2), [[0, 1]]);
  assert.deepEqual(divide([], 3), []);
});

test('more than half as much as all together is alone, wherever it stands', () => {
  assert.deepEqual(divide([1, 10, 1], 3), [[0], [1], [2]]);
});

test('the rows of a prompt are in one share, which are balanced by tokens', () => {
  const row = (problem: number, sample: number, length: number) => ({
    key: { step: 1, problem, occurrence: 0, round: 0, sample } satisfies CompletionKey,
    prompt: Int32Array.of(problem),
    tokens: new Int32Array(length),
  });
  const rows = [row(0, 0, 9), row(0, 1, 9), row(1, 0, 4), row(2, 0, 4), row(1, 1, 4), row(2, 1, 4)];
  assert.deepEqual(rowShares(rows, 2), [
    [0, 1],
    [2, 4, 3, 5],
  ]);
});
