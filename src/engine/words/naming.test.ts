import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experimentName, startedAt } from './naming.ts';

test('an experiment is called by its file', () => {
  assert.equal(experimentName('/home/gsm8k.rlvr.json'), 'gsm8k');
  assert.equal(experimentName('C:\\work\\gsm8k.rlvr.json'), 'gsm8k');
  assert.equal(experimentName('gsm8k.json'), 'gsm8k');
  assert.equal(experimentName('rates.sweep.json'), 'rates');
  assert.equal(experimentName('a.b.jsonc'), 'a.b');
});

test('a run is called by when it was started, to the second', () => {
  const local = new Date(2026, 10, 2, 6, 5, 7);
  assert.equal(startedAt(local.toISOString()), '2 Nov 06:05:07');
});
