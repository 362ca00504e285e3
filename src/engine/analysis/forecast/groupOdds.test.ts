import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mixedShare, solvedSpread } from './groupOdds.ts';

test('of problems that are all alike, a group is mixed as coins are', () => {
  // Counts with exactly the variance of a binomial distribution of 4 with p = 1/2: 1.
  const spread = solvedSpread([1, 3, 2, 2, 1, 3], 4);
  assert.ok(spread !== null);
  assert.ok(Math.abs(mixedShare(spread, 2) - 0.5) < 0.01);
  assert.ok(Math.abs(mixedShare(spread, 4) - (1 - 2 / 16)) < 0.01);
});

test('of a uniform spread every count is as likely', () => {
  // E[p^n] = 1 / (n + 1): all right and all wrong are two of n + 1 counts.
  assert.ok(Math.abs(mixedShare({ a: 1, b: 1 }, 8) - 7 / 9) < 1e-12);
});

test('problems that are always or never solved stay so', () => {
  const spread = solvedSpread([0, 8, 0, 8, 0, 8], 8);
  assert.ok(spread !== null);
  assert.ok(mixedShare(spread, 64) < 0.1);
});

test('of nothing solved, or everything, nothing is said', () => {
  assert.equal(solvedSpread([0, 0, 0], 8), null);
  assert.equal(solvedSpread([8, 8], 8), null);
  assert.equal(solvedSpread([3], 8), null);
});

test('a larger group is mixed at least as often', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 2, maxLength: 40 }), (solved) => {
      const spread = solvedSpread(solved, 8);
      if (spread === null) return;
      const shares = [2, 4, 8, 16, 64].map((size) => mixedShare(spread, size));
      shares.forEach((share, index) => {
        assert.ok(share >= 0 && share <= 1);
        assert.ok(index === 0 || share >= (shares[index - 1] ?? 0) - 1e-12);
      });
    }),
  );
});
