import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StopRequest } from './stopRequest.ts';

test('a stop is asked for once, and what is still there after three quarters of a second is cut off', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let overdue = 0;
  const stop = new StopRequest(() => overdue++);
  assert.equal(stop.signal.aborted, false);
  t.mock.timers.tick(10_000);
  stop.make();
  assert.equal(stop.signal.aborted, true);
  t.mock.timers.tick(700);
  stop.make();
  assert.equal(overdue, 0);
  t.mock.timers.tick(50);
  assert.equal(overdue, 1);
  t.mock.timers.tick(10_000);
  assert.equal(overdue, 1);
});
