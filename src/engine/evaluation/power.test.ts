import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemsNeeded, seedsNeeded } from './power.ts';
import type { RecipeChange } from './recipeChange.ts';
import { studentQuantile } from './student.ts';

test('the problems of the textbook: (1.96 + 0.84)^2 variances over the squared difference', () => {
  // A change of variance 0.2 on 400 problems: 6.26 points are seen, and 5 points with 7.849 * 0.2 / 0.05^2 = 628 problems.
  const half = studentQuantile(401) * Math.sqrt(0.2 / 400);
  assert.deepEqual(problemsNeeded({ value: 0, low: -half, high: half }, 400), { difference: 0.05, more: 228 });
});

test('where half a point is seen nothing more is needed', () => {
  assert.equal(problemsNeeded({ value: 0, low: -0.001, high: 0.001 }, 100_000), null);
});

function change(seeds: number, problems: number): RecipeChange {
  return { value: 0, low: -1, high: 1, pValue: 1, freedom: 4, variances: { seeds, problems } };
}

test('seeds of each until the next smaller round difference is seen', () => {
  // 2 points of deviation: 2.776 + 0.842 times 2 sqrt(2 / 3) = 5.91 points with three, 2.447 + 0.842 times 2 sqrt(2 / 4) = 4.65 with four.
  assert.deepEqual(seedsNeeded(change((2 * 0.02 ** 2) / 3, 1e-6), 3), { difference: 0.05, more: 1 });
});

test('no number of seeds sees what the problems hide', () => {
  assert.equal(seedsNeeded(change(1e-6, 0.05 ** 2), 3), null);
});
