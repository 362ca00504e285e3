import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bootstrapMean, pairedBootstrap } from './bootstrap.ts';

/** A small generator of the tests' own (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test('the interval of a proportion is near the exact binomial quantiles', () => {
  // 30 of 100: the resampled mean is Binomial(100, 0.3) / 100, whose 2.5 % and 97.5 % quantiles are 0.21 and 0.39.
  const values = Array.from({ length: 100 }, (_, i) => (i < 30 ? 1 : 0));
  const { value, low, high } = bootstrapMean(values, generator(1));
  assert.equal(value, 0.3);
  assert.ok(Math.abs(low - 0.21) <= 0.01 && Math.abs(high - 0.39) <= 0.01, `${low} ${high}`);
});

test('quantiles interpolate between order statistics', () => {
  // The draws walk through the three values, so the resampled means are 1, 2 and 4 (in some order).
  const draws = [0, 0, 0, 0.4, 0.4, 0.4, 0.9, 0.9, 0.9];
  let next = 0;
  const { low, high } = bootstrapMean([1, 2, 4], () => draws[next++] ?? assert.fail('more draws than values'), 3);
  assert.ok(Math.abs(low - 1.05) < 1e-12 && Math.abs(high - 3.9) < 1e-12, `${low} ${high}`);
});

test('the same generator gives the same interval', () => {
  const values = [0, 1, 1, 0, 1];
  assert.deepEqual(bootstrapMean(values, generator(7), 500), bootstrapMean(values, generator(7), 500));
});

test('equal gains on every problem leave no doubt; pairing is what sees it', () => {
  const before = Array.from({ length: 50 }, (_, i) => i / 50);
  const paired = pairedBootstrap(
    before,
    before.map((value) => value + 0.25),
    generator(3),
    500,
  );
  for (const end of [paired.value, paired.low, paired.high]) assert.ok(Math.abs(end - 0.25) < 1e-12);
});

test('the sign is after - before', () => {
  const { value, low } = pairedBootstrap(
    Array<number>(40).fill(0),
    [...Array<number>(20).fill(1), ...Array<number>(20).fill(0)],
    generator(5),
    500,
  );
  assert.equal(value, 0.5);
  assert.ok(low > 0.3);
});

test('what is no pair is refused', () => {
  assert.throws(() => pairedBootstrap([1], [1, 2], generator(1)), RangeError);
  assert.throws(() => bootstrapMean([], generator(1)), RangeError);
});
