import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overlapWarnings } from './overlap.ts';

const part = (split: 'train' | 'validation' | 'test', ...texts: readonly string[]) => ({
  split,
  questions: texts.map((text) => ({ text })),
});

test('counts, per pair of parts, the problems of the later part that ask the same', () => {
  const warnings = overlapWarnings([
    part('train', 'One?', 'Two?', 'Two?'),
    part('validation', 'two ?', ' TWO?\n', 'Three?'),
    part('test', 'Three?', 'One?', 'Four?', 'Five?'),
  ]);
  assert.deepEqual(
    warnings.map((warning) => warning.split(' problem:')[0]),
    [
      '1 of 3 validation problems ask the same as a train',
      '1 of 4 test problems ask the same as a train',
      '1 of 4 test problems ask the same as a validation',
    ],
  );
});

test('is silent where nothing overlaps, repetitions within a part included', () => {
  assert.deepEqual(overlapWarnings([part('train', 'One?', 'One?'), part('validation', 'Two?'), part('test')]), []);
});
