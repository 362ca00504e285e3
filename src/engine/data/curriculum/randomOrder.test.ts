import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { uniforms } from '../../random/keyed.ts';
import { inRandomOrder, inWeightedOrder } from './randomOrder.ts';

test('a random order has every item once, and the same beginning however much of it is read', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(), { maxLength: 30 }), fc.nat(), fc.nat({ max: 30 }), (items, seed, read) => {
      const whole = [...inRandomOrder(items, uniforms(seed, 'curriculum'))];
      assert.deepEqual(
        whole.toSorted((a, b) => a - b),
        items.toSorted((a, b) => a - b),
      );
      const beginning: number[] = [];
      for (const item of inRandomOrder(items, uniforms(seed, 'curriculum'))) {
        if (beginning.length === read) break;
        beginning.push(item);
      }
      assert.deepEqual(beginning, whole.slice(0, read));
    }),
  );
});

test('every order of three items is as likely', () => {
  const seen = new Map<string, number>();
  const next = uniforms(3, 'curriculum');
  for (let draw = 0; draw < 6000; draw += 1) {
    const order = [...inRandomOrder([0, 1, 2], next)].join('');
    seen.set(order, (seen.get(order) ?? 0) + 1);
  }
  assert.equal(seen.size, 6);
  // 1000 expected, standard deviation 29; the seed is fixed.
  for (const [order, count] of seen) assert.ok(Math.abs(count - 1000) < 120, `${order}: ${count}`);
});

test('by weight: each comes first as often as it weighs, and all come once', () => {
  const weights = Float64Array.of(1, 2, 5);
  const next = uniforms(5, 'curriculum');
  const first = [0, 0, 0];
  for (let draw = 0; draw < 8000; draw += 1) {
    const order = inWeightedOrder(weights, next);
    assert.deepEqual(order.toSorted(), [0, 1, 2]);
    const winner = order[0] ?? 0;
    first[winner] = (first[winner] ?? 0) + 1;
  }
  for (const [index, share] of [1 / 8, 2 / 8, 5 / 8].entries())
    assert.ok(Math.abs((first[index] ?? 0) / 8000 - share) < 0.02, `${index}: ${first[index] ?? 0}`);
});
