import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeadSteps } from './deadSteps.ts';

function saidAfter(...learned: readonly boolean[]): boolean[] {
  const dead = new DeadSteps();
  return learned.map((each, index) => dead.warning(each, index === learned.length - 1) !== null);
}

test('several dead steps in a row are said once', () => {
  assert.deepEqual(saidAfter(true, false, false, false, false, false, false, true, false), [
    false,
    false,
    false,
    false,
    false,
    true,
    false,
    false,
    false,
  ]);
});

test('a short run that learned nothing at all says so at its end', () => {
  assert.deepEqual(saidAfter(false, false), [false, true]);
  assert.deepEqual(saidAfter(true, false), [false, false]);
});
