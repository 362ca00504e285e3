import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seedMean, seedSpread } from './seedSpread.ts';

test("the interval of three seeds is Student's, with two degrees of freedom", () => {
  const { mean, spread, lowest, highest } = seedSpread([0.5, 0.6, 0.7]);
  // 4.302653 standard errors of 0.1 / sqrt(3) either side.
  assert.ok(Math.abs(mean.value - 0.6) < 1e-12 && Math.abs(spread - 0.1) < 1e-12);
  assert.ok(Math.abs(mean.low - (0.6 - (4.302_652_73 * 0.1) / Math.sqrt(3))) < 1e-8);
  assert.ok(Math.abs(mean.high - (0.6 + (4.302_652_73 * 0.1) / Math.sqrt(3))) < 1e-8);
  assert.deepEqual([lowest, highest], [0.5, 0.7]);
});

test('a share stays one, and seeds that agree have no interval in words', () => {
  assert.equal(seedSpread([0.02, 0.9, 0.98]).mean.low, 0);
  assert.equal(seedMean(seedSpread([0.68, 0.71, 0.74])), '71.0 % [63.5, 78.5]');
  assert.equal(seedMean(seedSpread([0.5, 0.5, 0.5])), '50.0 %');
});
