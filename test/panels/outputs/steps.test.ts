import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indexOfStep, withSteps } from '../../../src/webview/outputs/steps.ts';

const steps = Float64Array.of(0, 20, 40);

test('a step is found, or the one before it', () => {
  assert.deepEqual(
    [0, 19, 20, 39, 40, 999].map((step) => indexOfStep(steps, step)),
    [0, 0, 1, 1, 2, 2],
  );
  assert.equal(indexOfStep(Float64Array.of(5, 6), 1), 0);
  assert.equal(indexOfStep(new Float64Array(), 3), -1);
});

test('steps are added, and taken back with the run', () => {
  assert.deepEqual([...withSteps(steps, Float64Array.of(60), 60)], [0, 20, 40, 60]);
  assert.deepEqual([...withSteps(steps, new Float64Array(), 25)], [0, 20]);
  assert.deepEqual([...withSteps(steps, Float64Array.of(30), 30)], [0, 20, 30]);
  assert.deepEqual([...withSteps(new Float64Array(), Float64Array.of(1, 2), 2)], [1, 2]);
});
