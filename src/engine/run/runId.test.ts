import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRunId, isRunId } from './runId.ts';

test('a run id is the time in UTC and four characters', () => {
  assert.equal(
    createRunId(new Date('2026-03-04T05:06:07.890Z'), () => 0),
    '20260304-050607-aaaa',
  );
});

test('what is made is recognised, what is not is not', () => {
  assert.ok(isRunId(createRunId()));
  for (const name of [
    '',
    '..',
    '20260304-050607',
    '20260304-050607-aaaa.tmp',
    '.20260304-050607-aaaa',
    '20260304-050607-AAAA',
  ]) {
    assert.ok(!isRunId(name), name);
  }
});
