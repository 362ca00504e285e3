import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hintedReplay, replayHint } from './replayHint.ts';

test('the step of a hint is found in the words around it, of its own run only', () => {
  const runDir = '/a (b)/.rlvr/runs/20260101-120000-abcd';
  const message = `No numbers. \`${replayHint(runDir, 120)}\` shows what step 120 made of each token.`;
  assert.equal(hintedReplay(message, runDir), 120);
  assert.equal(hintedReplay(message, '/another'), null);
  assert.equal(hintedReplay('The disk is full.', runDir), null);
  for (const step of ['0', '-1', 'x', '', '9'.repeat(20)])
    assert.equal(hintedReplay(`rlvr replay ${runDir} --step ${step}`, runDir), null, step);
});
