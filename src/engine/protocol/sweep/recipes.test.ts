import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkPaths, countRecipes, overridesOf, recipesOf, variedPaths, type Variation } from './recipes.ts';

test('a grid is every combination, the last path changing fastest', () => {
  const grid = { 'optimizer.learningRate': [1e-4, 3e-4], 'rollout.groupSize': [4, 8] };
  assert.deepEqual(recipesOf({ grid, list: [] }), [
    { 'optimizer.learningRate': 1e-4, 'rollout.groupSize': 4 },
    { 'optimizer.learningRate': 1e-4, 'rollout.groupSize': 8 },
    { 'optimizer.learningRate': 3e-4, 'rollout.groupSize': 4 },
    { 'optimizer.learningRate': 3e-4, 'rollout.groupSize': 8 },
  ]);
});

test('a list is one after another, and each of it with all of a grid', () => {
  const list = [{ 'algorithm.preset': 'grpo' }, { 'algorithm.preset': 'dapo', 'algorithm.beta': 0.1 }];
  assert.deepEqual(recipesOf({ grid: {}, list }), list);
  const both = recipesOf({ grid: { full: [false, true] }, list });
  assert.deepEqual(
    both,
    list.flatMap((assigned) => [false, true].map((full) => ({ ...assigned, full }))),
  );
});

test('nothing varied is the experiment itself', () => {
  assert.deepEqual(recipesOf({ grid: {}, list: [] }), [{}]);
});

const value = fc.oneof(fc.integer(), fc.boolean(), fc.string(), fc.constant(null));
const path = fc.constantFrom('a.x', 'a.y', 'b', 'c[0].z', 'd');
const variation: fc.Arbitrary<Variation> = fc
  .tuple(
    fc.dictionary(path, fc.uniqueArray(value, { minLength: 1, maxLength: 3 })),
    fc.array(fc.dictionary(fc.constantFrom('p', 'q.r'), value, { minKeys: 1 }), { maxLength: 3 }),
  )
  .map(([grid, list]) => ({ grid, list }));

test('there are as many recipes as counted, no combination of the grid twice, and each sets what it says', () => {
  fc.assert(
    fc.property(variation, ({ grid, list }) => {
      const recipes = recipesOf({ grid, list });
      assert.equal(recipes.length, countRecipes({ grid, list }));
      const ofGrid = recipes.map((recipe) => JSON.stringify(Object.keys(grid).map((key) => recipe[key])));
      assert.equal(new Set(ofGrid).size, recipes.length / Math.max(1, list.length));
      for (const recipe of recipes) {
        for (const [key, values] of Object.entries(grid)) assert.ok(values.includes(recipe[key]));
        for (const key of Object.keys(recipe)) assert.ok(variedPaths({ grid, list }).includes(key));
        assert.equal(overridesOf(recipe).length, Object.keys(recipe).length);
      }
      checkPaths({ grid, list });
    }),
  );
});

test('an entry that would be set twice in one run is refused, however it is written', () => {
  const check = (given: Partial<Variation>) => (): void => checkPaths({ grid: {}, list: [], ...given });
  assert.throws(check({ grid: { full: [true] }, list: [{ full: false }] }), /full is varied in the grid and in/);
  assert.throws(check({ grid: { lora: [{}], 'lora.rank': [4] } }), /one is within the other/);
  assert.throws(check({ grid: { 'rewards[0].weight': [1], 'rewards.0.weight': [2] } }), /one is within the other/);
  assert.throws(check({ grid: { 'a..b': [1] } }), /is no path in an experiment/);
  assert.doesNotThrow(check({ list: [{ full: true }, { 'lora.rank': 4 }, { lora: {} }] }));
});

test('values are written so that they are read as what they are', () => {
  assert.deepEqual(overridesOf({ a: '1', b: 1, c: [1, 'x'], d: null }), ['a="1"', 'b=1', 'c=[1,"x"]', 'd=null']);
});
