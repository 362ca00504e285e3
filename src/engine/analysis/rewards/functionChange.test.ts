import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RewardResult } from '../../protocol/completion.ts';
import { changesOfFunction } from './functionChange.ts';
import { savedText, sampleText } from './rewardDiffWords.ts';
import { sumOf } from './groupChange.ts';
import { verdictsOf, type Verdicts } from './verdicts.ts';

const failed: RewardResult = { error: { kind: 'threw', message: 'no' } };
const of = (results: readonly (number | null | RewardResult)[], name = 'correct'): Verdicts =>
  verdictsOf(
    results.map((result) => ({
      [name]: typeof result === 'object' && result !== null ? result : { value: result },
    })),
    { [name]: 1 },
  );

test('values, what does not apply, and failures are told apart', () => {
  const changes = changesOfFunction(of([1, 1, null, 0, failed, failed]), of([1, 0, 0, null, failed, null]), 'correct');
  assert.deepEqual(changes, [
    { completion: 1, before: 1, after: 0 },
    { completion: 2, before: null, after: 0 },
    { completion: 3, before: 0, after: null },
    { completion: 5, before: 'failed', after: null },
  ]);
  assert.equal(changesOfFunction(of([1]), of([1], 'other'), 'correct'), null);
});

test('what a save did to a function, in a line', () => {
  const counts = (flipped: number) => ({ counts: { flipped } });
  const before = of([1, 1, 0]);
  assert.equal(
    savedText({ before, after: of([0, failed, 0]), ...counts(3) }, 'correct'),
    'saved: 2 scores, 3 advantage signs changed, 1 fails now',
  );
  assert.equal(savedText({ before, after: of([1, 1, 1]), ...counts(0) }, 'correct'), 'saved: 1 score changed');
  // The signs that flip are another function's doing.
  assert.equal(savedText({ before, after: before, ...counts(3) }, 'correct'), 'saved: no score changed');
  assert.equal(savedText({ before, after: before, ...counts(0) }, 'other'), null);
});

test('a sample says of how many it is', () => {
  const counts = { ...sumOf([]), completions: 500 };
  assert.equal(sampleText({ counts, stored: 9_200 }), 'of 500 of 9,200 completions');
  assert.equal(sampleText({ counts, stored: 500 }), null);
});
