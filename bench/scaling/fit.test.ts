import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fitLine } from './fit.ts';

test('points on a line give the line', () => {
  const number = fc.integer({ min: -100, max: 100 });
  fc.assert(
    fc.property(number, number, (intercept, slope) => {
      const line = fitLine([0, 1, 2, 5].map((x) => ({ x, y: intercept + slope * x })));
      assert.ok(Math.abs(line.intercept - intercept) < 1e-9);
      assert.ok(Math.abs(line.slope - slope) < 1e-9);
      assert.ok(Math.abs(line.r2 - 1) < 1e-9);
    }),
  );
});

test('the share of the variance that a line explains', () => {
  // By hand: slope 0.5, intercept 0.5, sums of squares 2 in all and 1.5 left.
  assert.deepEqual(
    fitLine([
      { x: 0, y: 0 },
      { x: 1, y: 2 },
      { x: 2, y: 1 },
    ]),
    { intercept: 0.5, slope: 0.5, r2: 0.25 },
  );
});
