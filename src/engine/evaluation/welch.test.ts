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

test("Student's quantile at its known values", () => {
  // Equal sizes and variances: the freedom is 2 n - 2, and the half width t * sqrt(2 * variance / n).
  for (const [each, quantile] of [
    [3, 2.776],
    [6, 2.228],
    [16, 2.042],
  ] as const) {
    const sample = Array.from({ length: each }, (_, index) => index);
    const variance = (each * (each + 1)) / 12;
    const { high } = meanChange(sample, sample);
    assert.ok(Math.abs(high / Math.sqrt((2 * variance) / each) - quantile) < 0.005 * quantile, String(each));
  }
});

test('constants leave no doubt', () => {
  assert.deepEqual(meanChange([1, 1, 1], [2, 2]), { value: 1, low: 1, high: 1 });
});

test('one value has no spread', () => {
  assert.throws(() => meanChange([1], [1, 2]), RangeError);
});
