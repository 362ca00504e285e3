import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STEPS, timeMap, tokenMap } from '../../../src/webview/chart/stepMap.ts';

test('tokens seen by the end of a step', () => {
  const map = tokenMap({ steps: [1, 2, 3], min: [100, 250, 300] });
  assert.deepEqual(
    [0, 1, 2, 3].map((step) => map.toX(step)),
    [0, 100, 250, 300],
  );
  assert.equal(map.toX(1.5), 175, 'straight in between');
  assert.equal(map.toX(4), 350, 'and as at the end beyond it');
  for (const step of [0, 1, 1.5, 2, 3]) assert.equal(map.toStep(map.toX(step)), step);
});

test('time is the sum of the steps', () => {
  const map = timeMap({ steps: [1, 2, 3], mean: [2, 3, 5] });
  assert.deepEqual(
    [0, 1, 2, 3].map((step) => map.toX(step)),
    [0, 2, 5, 10],
  );
});

test('a point of several steps takes the time of all of them', () => {
  const map = timeMap({ steps: [0, 10, 20], mean: [1, 2, 3] });
  // Ten steps of 1 s, the last at step 9; then ten of 2 s.
  assert.equal(map.toX(10) - map.toX(0), 9 + 2);
  assert.equal(map.toX(20) - map.toX(10), 18 + 3);
});

test('without anything to count, steps', () => {
  assert.equal(tokenMap({ steps: [], min: [] }), STEPS);
});

test('where nothing was counted for a while, a place is still one of the steps there', () => {
  const map = tokenMap({ steps: [1, 2, 3], min: [10, 10, 20] });
  const step = map.toStep(10);
  assert.ok(step >= 1 && step <= 2, String(step));
});
