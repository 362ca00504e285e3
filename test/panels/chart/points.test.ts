import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PointSeries } from '../../../src/webview/chart/points.ts';

/** Means of buckets of `size` steps, as the run folder gives them. */
function bucketed(values: readonly number[], first: number, size: number) {
  const buckets = new Map<number, number[]>();
  values.forEach((value, index) => {
    const start = Math.floor((first + index) / size) * size;
    buckets.set(start, [...(buckets.get(start) ?? []), value]);
  });
  const all = [...buckets];
  const column = (of: (bucket: readonly number[]) => number): Float64Array =>
    Float64Array.from(all.map(([, bucket]) => of(bucket)));
  return {
    metric: 'reward',
    stepsPerPoint: size,
    steps: Float64Array.from(all.map(([start]) => start)),
    min: column((bucket) => Math.min(...bucket)),
    max: column((bucket) => Math.max(...bucket)),
    mean: column((bucket) => bucket.reduce((sum, value) => sum + value, 0) / bucket.length),
  };
}

const values = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 2, maxLength: 60 });

test('what is added step by step is what would have been read', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 7 }), fc.nat(), (all, size, seed) => {
      // The first step of a run with several in a point begins one.
      const first = size === 1 ? 1 : 0;
      const cut = 1 + (seed % (all.length - 1));
      const series = new PointSeries(bucketed(all.slice(0, cut), first, size), first + cut - 1);
      series.append(bucketed(all.slice(cut), first + cut, 1));
      const expected = bucketed(all, first, size);
      assert.deepEqual(series.steps, Array.from(expected.steps));
      assert.deepEqual(series.min, Array.from(expected.min));
      assert.deepEqual(series.max, Array.from(expected.max));
      series.mean.forEach((mean, index) => assert.ok(Math.abs(mean - (expected.mean[index] ?? NaN)) < 1e-9));
    }),
  );
});

test('a step that is in already is not added again', () => {
  const series = new PointSeries(bucketed([1, 2, 3], 1, 1), 3);
  series.append(bucketed([20, 30, 4], 2, 1));
  assert.deepEqual(series.steps, [1, 2, 3, 4]);
  assert.deepEqual(series.mean, [1, 2, 3, 4]);
});
