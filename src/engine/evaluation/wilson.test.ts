import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { wilson } from './wilson.ts';

const percent = (x: number): string => (100 * x).toFixed(2);

test('3 of 50 is 2.1 to 16.2 %', () => {
  const { value, low, high } = wilson(3, 50);
  assert.deepEqual([percent(value), percent(low), percent(high)], ['6.00', '2.06', '16.22']);
});

test('known intervals: 81 of 263 and 15 of 148 (Newcombe 1998, table I, method 3)', () => {
  assert.deepEqual([wilson(81, 263).low.toFixed(4), wilson(81, 263).high.toFixed(4)], ['0.2553', '0.3662']);
  assert.deepEqual([wilson(15, 148).low.toFixed(4), wilson(15, 148).high.toFixed(4)], ['0.0624', '0.1605']);
});

test('none and all have a width, and end at 0 and 1', () => {
  assert.equal(wilson(0, 20).low, 0);
  assert.equal(wilson(0, 20).high.toFixed(4), '0.1611');
  assert.equal(wilson(1, 1).high, 1);
  assert.equal(wilson(29, 29).low.toFixed(4), '0.8830');
});

test('the interval holds the proportion, within 0 and 1, and mirrors', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(5000), (n, raw) => {
      const correct = raw % (n + 1);
      const { value, low, high } = wilson(correct, n);
      assert.ok(0 <= low && low <= value && value <= high && high <= 1);
      assert.ok(Math.abs(low - (1 - wilson(n - correct, n).high)) < 1e-12);
    }),
  );
});

test('what is no proportion is refused', () => {
  for (const [correct, n] of [
    [0, 0],
    [3, 2],
    [-1, 2],
    [NaN, 2],
  ] as const)
    assert.throws(() => wilson(correct, n), RangeError);
});
