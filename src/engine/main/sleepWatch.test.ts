import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOOK_MS, SleepWatch } from './sleepWatch.ts';

const MINUTE = 60_000;

test('a machine that slept says so once, with how long', () => {
  const watch = new SleepWatch(0);
  assert.equal(watch.look(LOOK_MS), null);
  assert.equal(watch.look(2 * LOOK_MS + 41 * MINUTE), 'The machine slept for 41 min; the run went on.');
  assert.equal(watch.look(3 * LOOK_MS + 41 * MINUTE), null);
});

test('a night', () => {
  const watch = new SleepWatch(0);
  assert.match(watch.look(LOOK_MS + 490 * MINUTE) ?? '', /for 8 h 10 min;/);
});

test('a busy machine, and a clock that was set back, are no sleep', () => {
  const watch = new SleepWatch(0);
  assert.equal(watch.look(LOOK_MS + MINUTE), null);
  assert.equal(watch.look(-60 * MINUTE), null);
  assert.equal(watch.look(-60 * MINUTE + LOOK_MS), null);
});
