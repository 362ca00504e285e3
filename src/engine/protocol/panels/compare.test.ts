import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseFromComparePanel, type FromComparePanel } from './compare.ts';

const messages: FromComparePanel[] = [
  { type: 'metrics', metrics: ['reward'] },
  { type: 'addRuns' },
  { type: 'removeRun', run: '/runs/a' },
  { type: 'setBaseline', run: '/runs/a' },
  { type: 'lookCloser', runs: ['/runs/a'], baseline: ['/runs/b', '/runs/c'] },
  { type: 'diff', diff: 'rewards', a: '/runs/a', b: '/runs/b' },
  { type: 'problems', run: '/runs/a', split: 'test', problems: [0, 7] },
  {
    type: 'openOutputs',
    split: 'validation',
    problem: 3,
    a: { run: '/runs/a', step: 0 },
    b: { run: '/runs/b', step: 4 },
  },
];

test('what the panel says is read as it is', () => {
  for (const message of messages) assert.deepEqual(parseFromComparePanel(structuredClone(message)), message);
});

test('anything else is none of its messages', () => {
  const wrong: unknown[] = [
    null,
    'addRuns',
    {},
    { type: 'ready' },
    { type: 'addRuns', more: true },
    { type: 'removeRun' },
    { type: 'removeRun', run: '' },
    { type: 'lookCloser', runs: [''], baseline: [] },
    { type: 'diff', diff: 'everything', a: 'a', b: 'b' },
    { type: 'metrics', metrics: Array.from({ length: 1000 }, () => 'reward') },
    { type: 'problems', run: 'a', split: 'train', problems: [1] },
    { type: 'problems', run: 'a', split: 'test', problems: [-1] },
    { type: 'openOutputs', split: 'test', problem: 1, a: { run: 'a', step: 0.5 }, b: { run: 'b', step: 1 } },
  ];
  for (const message of wrong) assert.equal(parseFromComparePanel(message), null, JSON.stringify(message));
});

test('no message whatever throws', () => {
  const type = fc.constantFrom(...messages.map((message) => message.type));
  const near = fc.record({
    type,
    run: fc.anything(),
    metrics: fc.anything(),
    a: fc.anything(),
    problems: fc.anything(),
  });
  fc.assert(
    fc.property(fc.oneof(fc.anything(), near), (message) => {
      parseFromComparePanel(message);
    }),
    { numRuns: 10_000 },
  );
});
