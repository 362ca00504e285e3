import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bootstrapMean, bootstrapMeans } from './bootstrap.ts';

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

test('the same generator gives the same interval', () => {
  const values = [0, 1, 1, 0, 1];
  assert.deepEqual(bootstrapMean(values, generator(7), 500), bootstrapMean(values, generator(7), 500));
});

test('of a low accuracy more lies above than below', () => {
  const values = Array.from({ length: 60 }, (_, i) => (i < 3 ? 0.75 : 0));
  const { value, low, high } = bootstrapMean(values, generator(2));
  assert.ok(high - value > 1.2 * (value - low), `${low} ${value} ${high}`);
});

test('values that are all alike leave doubt all the same, the more the fewer', () => {
  const { value, low, high } = bootstrapMean(Array<number>(20).fill(0.25), generator(3), 100);
  assert.ok(value === 0.25 && low < 0.12 && high > 0.4, `${low} ${high}`);
  const none = bootstrapMean(Array<number>(20).fill(0), generator(3), 100);
  assert.ok(none.low === 0 && Math.abs(none.high - 0.1611) < 1e-4, String(none.high));
});

test('several measures of the same problems have the intervals that each has alone', () => {
  const measures = [
    Array.from({ length: 50 }, (_, i) => (i % 3) / 2),
    Array<number>(50).fill(0.25),
    Array.from({ length: 50 }, (_, i) => (i < 9 ? 1 : 0)),
  ];
  assert.deepEqual(
    bootstrapMeans(measures, generator(4), 300),
    measures.map((values) => bootstrapMean(values, generator(4), 300)),
  );
});

test('no values are refused, and measures of different problems', () => {
  assert.throws(() => bootstrapMean([], generator(1)), RangeError);
  assert.throws(() => bootstrapMeans([], generator(1)), RangeError);
  assert.throws(() => bootstrapMeans([[0, 1], [1]], generator(1)), RangeError);
});
