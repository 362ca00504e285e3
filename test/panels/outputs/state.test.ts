import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { INITIAL_STATE, parseState, type OutputsState } from '../../../src/webview/outputs/state.ts';

test('what was kept comes back', () => {
  const state: OutputsState = {
    ...INITIAL_STATE,
    run: '/runs/a',
    scope: { purpose: 'evaluation', split: 'test' },
    step: 40,
    list: 'completions',
    among: { title: '2 groups: all right', groups: [{ problem: 3, step: 40 }] },
    words: 'apples',
    reward: { from: null, to: 0.5 },
    stopReason: 'length',
    heat: 'entropy',
    selected: { chosen: true, problem: 3, step: null, sample: null },
    reading: true,
  };
  assert.deepEqual(parseState(JSON.parse(JSON.stringify(state))), state);
});

test('another version, and anything else, begins anew', () => {
  for (const kept of [null, undefined, 7, 'x', [], {}, { version: 2 }]) assert.equal(parseState(kept), null);
  const wrong = {
    version: 1,
    step: -1,
    scope: { purpose: 'x' },
    selected: { problem: 'y' },
    heat: 9,
    upTo: 3,
    reward: 1,
  };
  assert.deepEqual(parseState(wrong), INITIAL_STATE);
  fc.assert(fc.property(fc.anything(), (kept) => void parseState(kept)));
});
