import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { meanChange } from './welch.ts';
import { recipeChange } from './recipeChange.ts';

/** Runs in which the first so many of 400 problems are solved. */
function runs(...solved: readonly number[]): number[][] {
  return solved.map((count) => Array.from({ length: 400 }, (_, problem) => (problem < count ? 1 : 0)));
}

test('where seeds are all that differs, it is Welch over the runs, widened by the problems', () => {
  const [a, b] = [runs(100, 140, 180), runs(150, 190, 230)];
  const { value, low, high, freedom } = recipeChange(a, b);
  assert.ok(Math.abs(value - 0.125) < 1e-12);
  const welch = meanChange([0.25, 0.35, 0.45], [0.375, 0.475, 0.575]);
  assert.ok(low <= welch.low && high >= welch.high && low > welch.low - 0.03, `${low} ${welch.low}`);
  assert.ok(freedom > 3.9 && freedom < 5, String(freedom));
});

test('a control that does not vary leaves the freedom of the other alone', () => {
  const { freedom } = recipeChange(runs(100, 100, 100), runs(100, 140, 180));
  assert.ok(freedom > 2 && freedom < 2.2, String(freedom));
});

test('seeds that agree wholly leave the doubt of the problems', () => {
  const { low, high } = recipeChange(runs(100, 100, 100), runs(140, 140, 140));
  // 40 of 400 gained: 10 points, with 1.5 points of standard error.
  assert.ok(low > 0.06 && low < 0.08 && high > 0.12 && high < 0.14, `${low} ${high}`);
  const same = recipeChange(runs(100, 100), runs(100, 100));
  assert.ok(same.low < 0 && same.high > 0 && same.pValue === 1);
});

test('the other way round everything has the other sign', () => {
  const share = fc.constantFrom(0, 0.5, 1);
  const recipe = fc.array(fc.array(share, { minLength: 8, maxLength: 8 }), { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(recipe, recipe, (a, b) => {
      const [forth, back] = [recipeChange(a, b), recipeChange(b, a)];
      assert.ok(Math.abs(forth.low + back.high) < 1e-9 && Math.abs(forth.pValue - back.pValue) < 1e-9);
      assert.ok(forth.low <= forth.value && forth.value <= forth.high);
    }),
  );
});

test('what has no spread, or other problems, is refused', () => {
  assert.throws(() => recipeChange(runs(1), runs(1, 2)), RangeError);
  assert.throws(() => recipeChange([[], []], [[], []]), RangeError);
  assert.throws(() => recipeChange(runs(1, 2), [[1], [0]]), RangeError);
});
