import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseFromEngine } from './fromEngine.ts';
import type { FromEngine } from './link.ts';

const evaluation = {
  step: 3,
  split: 'validation',
  problems: 2,
  samples: 1,
  correct: 1,
  accuracy: { value: 0.5, low: 0.1, high: 0.9 },
  measures: { lenient: { value: 0.7, low: 0.2, high: 0.9 } },
} as const;

const known: readonly FromEngine[] = [
  { type: 'welcome', version: 1, engineVersion: '0.1.0', status: { state: 'queued' }, runDir: null },
  { type: 'refused', message: 'no' },
  { type: 'status', status: { state: 'ended', outcome: 'failed', message: 'why' } },
  { type: 'event', event: { event: 'started', runDir: '/r', id: 'r', steps: 3, resumedFrom: 2 } },
  { type: 'event', event: { event: 'phase', step: 0, phase: 'load', done: 0, total: 1 } },
  { type: 'event', event: { event: 'step', step: 1, metrics: { loss: 0.1 } } },
  { type: 'event', event: { event: 'eval', ...evaluation } },
  { type: 'event', event: { event: 'warning', message: 'careful' } },
  { type: 'event', event: { event: 'rewards', step: 4, rewards: ['digits'] } },
  { type: 'event', event: { event: 'done', runDir: '/r', steps: 3, before: null, after: evaluation, interval: null } },
  { type: 'event', event: { event: 'stoppedEarly', step: 9, steps: 20, best: 3, evaluations: 2 } },
  {
    type: 'event',
    event: {
      ...{ event: 'done', runDir: '/r', steps: 9, before: null, after: evaluation, interval: null, form: null },
      best: { evaluation, chosenFrom: 4, kept: true },
      early: { step: 9, steps: 20, best: 3, evaluations: 2 },
    },
  },
  { type: 'event', event: { event: 'stopped', runDir: '/r', step: 2, resumesAfter: 2 } },
  {
    type: 'reply',
    id: 1,
    reply: { kind: 'score', rewards: ['a'], samples: [2], errors: [['a', 1, 'threw', 'no']], trace: null },
  },
  { type: 'reply', id: 2, reply: { kind: 'check', checks: [{ name: 'n', status: 'ok', detail: 'd', advice: null }] } },
  { type: 'reply', id: 4, reply: { kind: 'swapRewards', fromStep: 4, rewards: ['digits'] } },
  { type: 'failure', id: 3, message: 'no' },
  { type: 'failure', id: 5, message: 'no', noAccess: { name: 'a/b', page: 'https://hub.invalid/a/b', isGated: true } },
];

test('everything that an engine says is understood, and what a later one adds is passed over', () => {
  for (const message of known) {
    assert.deepEqual(parseFromEngine(JSON.parse(JSON.stringify(message))), message);
    assert.deepEqual(parseFromEngine({ ...message, mood: 'good' }), message);
  }
});

test('kinds that are not known are none', () => {
  assert.equal(parseFromEngine({ type: 'song', text: 'la' }), null);
  const opened = { name: 'a/b', page: 'command:workbench.action.quit', isGated: true };
  assert.equal(parseFromEngine({ type: 'failure', id: 5, message: 'no', noAccess: opened }), null);
  assert.equal(parseFromEngine({ type: 'event', event: { event: 'dream' } }), null);
  assert.equal(parseFromEngine({ type: 'status', status: { state: 'bored' } }), null);
});

test('10,000 messages of anything are read without an exception', () => {
  const types = fc.constantFrom('welcome', 'refused', 'status', 'event', 'reply', 'failure');
  const message = fc.oneof(
    fc.jsonValue(),
    fc.record({
      type: types,
      id: fc.jsonValue(),
      status: fc.jsonValue(),
      event: fc.jsonValue(),
      reply: fc.jsonValue(),
    }),
    // One of the real ones with something else in one place.
    fc
      .record({
        real: fc.constantFrom(...known),
        key: fc.constantFrom('id', 'event', 'status', 'reply', '__proto__'),
        other: fc.jsonValue(),
      })
      .map(({ real, key, other }) => Object.fromEntries([...Object.entries(real), [key, other]])),
  );
  fc.assert(
    fc.property(message, (value) => {
      parseFromEngine(value);
    }),
    { numRuns: 10_000 },
  );
});
