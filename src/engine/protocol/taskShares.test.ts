import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nextTask } from './taskShares.ts';

/** What each task has had after every draw. */
function course(weights: readonly number[], draws: number): number[][] {
  const counts = weights.map(() => 0);
  return Array.from({ length: draws }, () => {
    const task = nextTask(weights, counts);
    counts[task] = (counts[task] ?? 0) + 1;
    return [...counts];
  });
}

test("two to one is two, one, two, one, and a tie is the first one's", () => {
  assert.deepEqual(course([2, 1], 4), [
    [1, 0],
    [2, 0],
    [2, 1],
    [3, 1],
  ]);
});

test('after any number of draws every task has had its share to within one', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(weights, fc.integer({ min: 1, max: 300 }), (own, draws) => {
      const total = own.reduce((sum, weight) => sum + weight, 0);
      for (const [index, counts] of course(own, draws).entries())
        for (const [task, weight] of own.entries())
          assert.ok(Math.abs((counts[task] ?? 0) - ((index + 1) * weight) / total) < 1);
    }),
  );
});

test('weights that are no whole numbers', () => {
  const last = course([0.1, 0.2, 0.7], 1000).at(-1);
  assert.deepEqual(last, [100, 200, 700]);
});
