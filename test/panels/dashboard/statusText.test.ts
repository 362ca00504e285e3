import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DashboardStatus, LiveState } from '../../../src/engine/protocol/panels/dashboard.ts';
import { actionsFor, announcement, elapsedText, statusText } from '../../../src/webview/dashboard/statusText.ts';

const RUNNING: DashboardStatus = {
  ...{ status: 'running', crashed: false, message: null, lastStep: 119, seconds: 192, live: null },
};
const live = (state: LiveState['state'], phase: LiveState['phase'] = null): DashboardStatus => ({
  ...RUNNING,
  live: { state, phase },
});
const text = (status: DashboardStatus): string => statusText(status, 400);

test('what an engine of this window does', () => {
  assert.equal(
    text(live('working', { phase: 'rollout', step: 120, done: 40, total: 100 })),
    'Step 120 of 400, sampling 40 %',
  );
  assert.equal(text(live('working', { phase: 'reward', step: 120, done: 0, total: 8 })), 'Step 120 of 400, scoring');
  assert.equal(
    text(live('working', { phase: 'eval', step: 119, done: 1, total: 4 })),
    'Step 119 of 400, evaluating 25 %',
  );
  assert.equal(
    text(live('working', { phase: 'load', step: 0, done: 0, total: 1 })),
    'Step 119 of 400, loading the model',
  );
  assert.equal(text(live('queued')), 'Step 119 of 400, waiting for a free core');
  assert.equal(text(live('paused')), 'Step 119 of 400, paused');
});

test('a run without one', () => {
  assert.equal(text(RUNNING), 'Step 119 of 400, running elsewhere');
  assert.equal(text({ ...RUNNING, status: 'stopped' }), 'Stopped after step 119 of 400');
  assert.equal(text({ ...RUNNING, status: 'stopped', crashed: true }), 'Ended unexpectedly after step 119 of 400');
  assert.equal(text({ ...RUNNING, status: 'failed', lastStep: null }), 'Failed after step 0 of 400');
  assert.equal(text({ ...RUNNING, status: 'finished', lastStep: 400 }), 'Finished after 400 steps');
  assert.equal(statusText({ ...RUNNING, status: 'finished', lastStep: 1, live: null }, 1), 'Finished after 1 step');
});

test('what can be done about it', () => {
  assert.deepEqual(actionsFor(live('working')), ['pause', 'stop', 'openOutputs', 'compare']);
  assert.deepEqual(actionsFor(live('paused')), ['continue', 'stop', 'openOutputs', 'compare']);
  assert.deepEqual(actionsFor(live('stopping')), ['openOutputs', 'compare']);
  assert.deepEqual(actionsFor(RUNNING), ['stop', 'openOutputs', 'compare'], 'one elsewhere cannot be paused');
  assert.deepEqual(actionsFor({ ...RUNNING, status: 'stopped' }), ['resume', 'openOutputs', 'compare']);
  assert.deepEqual(actionsFor({ ...RUNNING, status: 'failed' }), ['resume', 'openOutputs', 'compare', 'showLog']);
  assert.deepEqual(actionsFor({ ...RUNNING, status: 'finished' }), ['openOutputs', 'compare']);
});

test('a screen reader is not told of every step', () => {
  assert.equal(
    announcement(live('working', { phase: 'rollout', step: 120, done: 40, total: 100 })),
    announcement(RUNNING),
  );
  assert.equal(announcement({ ...RUNNING, status: 'stopped', crashed: true }), 'The run ended unexpectedly');
});

test('time', () => {
  assert.equal(elapsedText(RUNNING), '3 min 12 s');
  assert.equal(elapsedText({ ...RUNNING, seconds: null }), '');
});
