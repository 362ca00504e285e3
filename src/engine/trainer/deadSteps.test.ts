import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeadSteps } from './deadSteps.ts';

test('dead steps are said once when there are several in a row, and at the end', () => {
  const dead = new DeadSteps();
  const said = [true, false, false, false, false, false, false, true, false].map(
    (learned, index, all) => dead.warning(learned, index === all.length - 1) !== null,
  );
  assert.deepEqual(said, [false, false, false, false, false, true, false, false, true]);
});
