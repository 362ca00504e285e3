import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { everWeighs, isScheduled, isSteady, rewardWeightSchema, weightAt, weightsAt } from './rewardWeights.ts';

test('a number is the weight of every step', () => {
  for (const step of [0, 1, 1e6]) assert.equal(weightAt(0.3, step), 0.3);
});

test('a schedule is linear between its steps and constant outside', () => {
  const schedule = { 200: 0.5, 100: 1, 300: 0.5, 500: -1.5 };
  const at = [0, 100, 101, 150, 200, 250, 300, 400, 500, 9999].map((step) => weightAt(schedule, step));
  assert.deepEqual(at, [1, 1, 0.995, 0.75, 0.5, 0.5, 0.5, -0.5, -1.5, -1.5]);
  assert.deepEqual(weightsAt({ a: 2, b: schedule }, 150), { a: 2, b: 0.75 });
});

test('whether it changes, and whether it ever counts', () => {
  assert.deepEqual([1, { 0: 1 }, { 0: 1, 9: 1 }, { 0: 1, 9: 0 }].map(isScheduled), [false, false, false, true]);
  assert.deepEqual([0, 1, { 0: 0, 9: 0 }, { 0: 0, 9: 1 }].map(everWeighs), [false, true, false, true]);
});

test('it is steady over a span in which no step weighs otherwise', () => {
  const schedule = fc.dictionary(fc.nat(20).map(String), fc.constantFrom(0, 1), { minKeys: 1 });
  fc.assert(
    fc.property(schedule, fc.nat(25), fc.nat(25), (points, from, length) => {
      const weights = Array.from({ length: length + 1 }, (_, index) => weightAt(points, from + index));
      assert.equal(isSteady(points, from, from + length), new Set(weights).size === 1);
    }),
  );
  assert.equal(isSteady({ 0: 0, 20: 0, 180: 1, 200: 0 }, 0, 200), false);
  assert.equal(isSteady(0.5, 0, 200), true);
});

test('it stays between its neighbours, and is exact at its steps', () => {
  const weight = fc.double({ min: -10, max: 10, noNaN: true });
  const schedule = fc.dictionary(fc.nat(50).map(String), weight, { minKeys: 1 });
  fc.assert(
    fc.property(schedule, fc.nat(60), (points, step) => {
      assert.equal(rewardWeightSchema.safeParse(points).success, true);
      const values = Object.values(points);
      const found = weightAt(points, step);
      assert.ok(found >= Math.min(...values) - 1e-12 && found <= Math.max(...values) + 1e-12);
      for (const [own, value] of Object.entries(points)) assert.equal(weightAt(points, Number(own)), value);
    }),
  );
});

test('other keys than whole steps, and none, are refused', () => {
  for (const wrong of [{}, { '-1': 1 }, { '1.5': 1 }, { '07': 1 }, { end: 1 }, { 0: 'x' }])
    assert.equal(rewardWeightSchema.safeParse(wrong).success, false, JSON.stringify(wrong));
});
