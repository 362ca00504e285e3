import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../../../test/support/listedRuns.ts';
import { assignedText, seedsStanding } from './groupStanding.ts';
import type { ReadableRun } from './runNames.ts';

function seed(seed: number, accuracy: number | null, changes: Partial<ReadableRun> = {}): ReadableRun {
  const of = run(`/runs/${seed}`, 'finished');
  const lastEvaluation =
    accuracy === null
      ? null
      : {
          split: 'validation' as const,
          step: of.lastStep ?? 0,
          problems: 100,
          samples: 1,
          correct: Math.round(100 * accuracy),
          accuracy: { value: accuracy, low: 0, high: 1 },
        };
  return { ...of, seed, lastEvaluation, ...changes };
}

test('three seeds have a mean with its interval over seeds', () => {
  const { seeds, measured, mean, spread } = seedsStanding([seed(2, 0.74), seed(1, 0.71), seed(0, 0.68)]);
  assert.deepEqual([seeds, measured, mean], [[0, 1, 2], 3, '71.0 % [63.5, 78.5]']);
  assert.deepEqual([spread?.lowest, spread?.highest], [0.68, 0.74]);
});

test('two seeds have a mean and nothing more', () => {
  const { mean, spread } = seedsStanding([seed(1, 0.75), seed(0, 0.7)]);
  assert.deepEqual([mean, spread], ['72.5 %', null]);
});

test('a run that is not at its end, or was not measured there, counts as a seed and not for the mean', () => {
  const running = seed(1, 0.9, { status: 'running' });
  const stopped = seed(2, 0.9, { status: 'stopped' });
  const before = seed(4, 0.9, { lastStep: 9 });
  const { seeds, measured, mean } = seedsStanding([before, stopped, running, seed(3, null), seed(0, 0.5)]);
  assert.deepEqual([seeds, measured, mean], [[0, 1, 2, 3, 4], 1, '50.0 %']);
  assert.equal(seedsStanding([running]).mean, null);
});

test('of a seed that was trained twice the newer run counts', () => {
  assert.equal(seedsStanding([seed(0, 0.6), seed(1, 0.8), seed(0, 0.1)]).mean, '70.0 %');
});

test('what a sweep set stands by its last names', () => {
  const sweep = {
    id: 'a',
    name: 'rates',
    member: 0,
    members: 4,
    baseline: 0,
    assigned: { 'optimizer.learningRate': 1e-4, 'lora.rank': 8 },
  };
  assert.equal(assignedText({ sweep }), 'learningRate 1e-4, rank 8');
  assert.equal(assignedText({ sweep: null }), '');
});
