import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resumeWait } from './resumePolicy.ts';

test('a crash after a step is resumed', () => {
  assert.equal(resumeWait([null], 1), 1000);
});

test('a crash before the first step is not: neither with nothing done, nor after the evaluation at step 0', () => {
  assert.equal(resumeWait([null], null), null);
  assert.equal(resumeWait([null], 0), null);
  assert.equal(resumeWait([0], 0), null);
});

test('a run that was continued at step 10 needs step 11', () => {
  assert.equal(resumeWait([10], 10), null);
  assert.equal(resumeWait([10], 11), 1000);
});

test('a second crash is resumed only if the run has come further than at the first', () => {
  assert.equal(resumeWait([null, 7], 7), null);
  assert.equal(resumeWait([null, 7], 8), 5000);
});

test('steps that are computed again, from an older checkpoint, are no progress', () => {
  assert.equal(resumeWait([null, 60], 55), null);
});

test('three times, with longer waits, and then no more', () => {
  assert.equal(resumeWait([null, 1, 2], 3), 25_000);
  assert.equal(resumeWait([null, 1, 2, 3], 4), null);
});
