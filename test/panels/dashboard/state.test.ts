import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { INITIAL_STATE, parseState } from '../../../src/webview/dashboard/state.ts';

test('what was kept comes back as it was', () => {
  const state = {
    ...INITIAL_STATE,
    ...{ axis: 'time', smoothing: 0.9, more: true, filter: 'kl', runDir: '/runs/a', range: { from: 10, to: 20 } },
    charts: { reward: { log: true, y: { min: 0.5, max: 1 } } },
  };
  assert.deepEqual(parseState(JSON.parse(JSON.stringify(state))), state);
});

test('what is wrong in it is left out, and the rest kept', () => {
  const kept = {
    ...{ version: 1, axis: 'parsecs', smoothing: 7, more: true, filter: 3, range: { from: 9, to: 2 }, runDir: 1 },
    charts: { reward: { log: 'yes', y: { min: 1, max: 'x' } }, loss: null },
  };
  assert.deepEqual(parseState(kept), { ...INITIAL_STATE, more: true, charts: { reward: { log: false, y: null } } });
});

test('another version, or nothing, is none', () => {
  assert.equal(parseState(undefined), null);
  assert.equal(parseState({ ...INITIAL_STATE, version: 2 }), null);
});

test('nothing that could have been kept breaks the panel', () => {
  fc.assert(fc.property(fc.anything(), (kept) => void parseState(kept)));
  const charts = fc.dictionary(fc.string(), fc.anything());
  fc.assert(fc.property(charts, fc.anything(), (all, range) => void parseState({ version: 1, charts: all, range })));
});
