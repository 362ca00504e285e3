import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseFromOutputs as parse } from '../../../src/engine/protocol/panels/outputsRequests.ts';
import { parseOutputsContext } from '../../../src/extension/panels/outputsContext.ts';

const scope = { purpose: 'rollout', split: 'train' };
const query = { scope, step: 1, upTo: true, state: 'all', order: 'dataset', page: 0 };

test('what the panel says is read', () => {
  for (const message of [
    { type: 'request', id: 1, request: { kind: 'problems', query } },
    { type: 'request', id: 2, request: { kind: 'steps', scope, after: -1 } },
    { type: 'reading', group: null },
    { type: 'openReward', name: 'correct' },
    { type: 'rescore', on: true },
  ])
    assert.deepEqual(parse(message), message);
});

test('anything else is ignored', () => {
  for (const message of [
    null,
    'ready',
    {},
    { type: 'request', id: 1.5, request: { kind: 'problems', query } },
    { type: 'openReward', name: 7 },
  ])
    assert.equal(parse(message), null, JSON.stringify(message));
});

test('a request that cannot be read is still one that waits', () => {
  const completions = { scope, step: 1, upTo: true, words: 'x'.repeat(1001), reward: { from: null, to: null } };
  const rest = { stopReason: null, failed: false, order: 'newest', page: 0 };
  for (const request of [
    undefined,
    { kind: 'problems', query: { ...query, page: -1 } },
    { kind: 'problems', query: { ...query, order: 'problem; DROP TABLE' } },
    { kind: 'problems', query: { ...query, more: 1 } },
    { kind: 'steps', scope: { ...scope, split: '__proto__' }, after: 0 },
    { kind: 'completions', query: { ...completions, ...rest } },
  ])
    assert.deepEqual(parse({ type: 'request', id: 7, request }), { type: 'refused', id: 7 }, JSON.stringify(request));
});

test('10,000 messages of any shape are read or ignored, and never thrown at', () => {
  const known = fc.constantFrom('request', 'reading', 'rescore', 'openReward', 'openDatasetRow', 'problems', 'group');
  const message = fc.oneof(
    fc.anything(),
    fc.record({ type: known, id: fc.anything(), request: fc.anything(), group: fc.anything(), on: fc.anything() }),
    fc.record({
      type: fc.constant('request'),
      id: fc.nat(),
      request: fc.record({ kind: known, query: fc.anything() }),
    }),
  );
  fc.assert(
    fc.property(message, (sent) => {
      parse(sent);
      parseOutputsContext(sent);
    }),
    { numRuns: 10_000 },
  );
});
