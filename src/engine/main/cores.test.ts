import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { coresForEngines, countSiblingSets } from './cores.ts';

test('two hardware threads are one core, one that is off is none', () => {
  assert.equal(countSiblingSets(['0,2', '1,3', '0,2', '1,3']), 2);
  assert.equal(countSiblingSets(['0', '1', '']), 2);
  assert.equal(countSiblingSets(['', '']), null);
  assert.equal(countSiblingSets([]), null);
});

test('a core is left free where there are several', () => {
  const cores = coresForEngines();
  assert.ok(cores >= 1 && cores <= Math.max(1, availableParallelism() - 1), String(cores));
});
