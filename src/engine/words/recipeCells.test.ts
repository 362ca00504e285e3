import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accuracyCell, seedsCell } from './recipeCells.ts';

test('seeds, and how many of them are measured', () => {
  assert.equal(seedsCell({ runs: ['a', 'b'], measured: 2 }), '2');
  assert.equal(seedsCell({ runs: ['a', 'b'], measured: 0 }), '0 of 2');
});

test('an accuracy with its interval, where it has one', () => {
  const accuracy = { value: 0.71, low: 0.624, high: 0.796 };
  assert.equal(accuracyCell({ accuracy, over: 'seeds' }), '71.0 % (62.4 to 79.6)');
  assert.equal(accuracyCell({ accuracy, over: null }), '71.0 %');
  assert.equal(accuracyCell({ accuracy: null, over: null }), 'not measured');
});
