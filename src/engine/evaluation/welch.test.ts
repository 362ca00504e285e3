import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meanChange } from './welch.ts';

test('two samples of five, by hand', () => {
  // Variances 2.5 and 10: error 2.5, freedom 2.5^2 / (0.25/4 + 4/4) = 5.882, t = 2.459.
  const { value, low, high } = meanChange([1, 2, 3, 4, 5], [2, 4, 6, 8, 10]);
  assert.equal(value, 3);
  assert.ok(Math.abs(low - (3 - 2.459 * Math.sqrt(2.5))) < 0.01, String(low));
  assert.ok(Math.abs(high - (3 + 2.459 * Math.sqrt(2.5))) < 0.01);
});

test('constants leave no doubt', () => {
  assert.deepEqual(meanChange([1, 1, 1], [2, 2]), { value: 1, low: 1, high: 1 });
});

test('one value has no spread', () => {
  assert.throws(() => meanChange([1], [1, 2]), RangeError);
});
