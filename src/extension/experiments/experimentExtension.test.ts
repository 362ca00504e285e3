import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withExperimentExtension } from './experimentExtension.ts';

test('an experiment has its extension once, however much of it was typed', () => {
  for (const typed of ['demo', 'demo.json', 'demo.rlvr', 'demo.rlvr.json'])
    assert.equal(withExperimentExtension(typed), 'demo.rlvr.json', typed);
  assert.equal(withExperimentExtension('/home/gsm8k.v2'), '/home/gsm8k.v2.rlvr.json');
});

test('an extension alone is no name', () => {
  for (const typed of ['', ' ', '.json', '.rlvr.json']) assert.equal(withExperimentExtension(typed).trim(), '', typed);
});
