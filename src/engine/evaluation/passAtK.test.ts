import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passAtK } from './passAtK.ts';

test('known values: 1 - C(n-c, k) / C(n, k)', () => {
  assert.ok(Math.abs(passAtK(10, 3, 5) - (1 - 21 / 252)) < 1e-15);
  assert.ok(Math.abs(passAtK(200, 17, 1) - 17 / 200) < 1e-15);
  assert.equal(passAtK(10, 0, 10), 0);
  assert.equal(passAtK(10, 6, 5), 1);
});

test('it is the average over every choice of k samples', () => {
  const samples = [true, false, false, true, false, false, false];
  for (let k = 1; k <= samples.length; k++) {
    let sets = 0;
    let passed = 0;
    for (let mask = 0; mask < 2 ** samples.length; mask++) {
      const chosen = samples.filter((_, i) => (mask >> i) & 1);
      if (chosen.length !== k) continue;
      sets++;
      if (chosen.includes(true)) passed++;
    }
    assert.ok(Math.abs(passAtK(samples.length, 2, k) - passed / sets) < 1e-14, `k = ${k}`);
  }
});

test('fewer samples than k, or more correct than samples, are refused', () => {
  assert.throws(() => passAtK(4, 1, 5), RangeError);
  assert.throws(() => passAtK(4, 5, 1), RangeError);
  assert.throws(() => passAtK(4, 1, 0), RangeError);
});
