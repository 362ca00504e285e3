import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bucketSteps } from './pyramid.ts';
import { chooseResolution } from './series.ts';

test('few steps are shown as they are', () => {
  assert.deepEqual(chooseResolution(1, 100, 100), { level: 0, merge: 1 });
});

test('a million steps in a thousand points read 1,000 to 16,000 rows', () => {
  const { level, merge } = chooseResolution(0, 999_999, 1000);
  assert.equal(level, 2);
  assert.equal(merge, 4);
});

test('a level that has the points as they are wanted is read as it is', () => {
  assert.deepEqual(chooseResolution(0, 999_999, 4000), { level: 2, merge: 1 });
});

test('never more points than asked for, never a row more than sixteen to a point', () => {
  const steps = fc.integer({ min: 0, max: 3_000_000 });
  fc.assert(
    fc.property(steps, steps, fc.integer({ min: 2, max: 5000 }), (a, b, maxPoints) => {
      const [from, to] = a < b ? [a, b] : [b, a];
      const { level, merge } = chooseResolution(from, to, maxPoints);
      const size = merge * bucketSteps(level);
      assert.ok(Math.floor(to / size) - Math.floor(from / size) + 1 <= maxPoints);
      if (level < 5) assert.ok(merge <= 2 * 16 + 1, `merge ${merge}`);
    }),
  );
});
