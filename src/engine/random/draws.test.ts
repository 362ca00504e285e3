import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { below, normals, shuffle } from './draws.ts';
import { uniforms } from './keyed.ts';

test('an index stays below its bound', () => {
  const largest = () => 1 - 2 ** -24;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 32 }), fc.integer({ min: 0, max: 1000 }), (bound, seed) => {
      assert.equal(
        below(bound, () => 0),
        0,
      );
      assert.equal(below(bound, largest), bound - 1);
      const index = below(bound, uniforms(seed, 'bootstrap'));
      assert.ok(Number.isInteger(index) && index >= 0 && index < bound);
    }),
  );
  for (const bad of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN]) assert.throws(() => below(bad, largest), RangeError);
});

test('a shuffle keeps the items and leaves its input alone', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.nat(), (items, seed) => {
      const before = [...items];
      const shuffled = shuffle(items, uniforms(seed, 'shuffle'));
      assert.deepEqual(items, before);
      assert.deepEqual(shuffled.toSorted(), before.toSorted());
    }),
  );
});

test('every order of three is equally likely', () => {
  const next = uniforms(11, 'shuffle');
  const seen = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = shuffle(['a', 'b', 'c'], next).join('');
    seen.set(order, (seen.get(order) ?? 0) + 1);
  }
  assert.equal(seen.size, 6);
  // 1000 expected, standard deviation 29; the seed is fixed.
  for (const [order, count] of seen) assert.ok(Math.abs(count - 1000) < 120, `${order}: ${count}`);
});

test('normal numbers have the moments of the normal distribution and are exact in float32', () => {
  const next = normals(uniforms(5, 'init', [0]));
  const values = Array.from({ length: 40_000 }, () => next());
  const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
  assert.ok(Math.abs(moment(1)) < 0.02);
  assert.ok(Math.abs(moment(2) - 1) < 0.03);
  assert.ok(Math.abs(moment(3)) < 0.06);
  assert.ok(Math.abs(moment(4) - 3) < 0.2);
  assert.ok(values.every((value) => Math.fround(value) === value && Math.abs(value) < 5.8));
});
