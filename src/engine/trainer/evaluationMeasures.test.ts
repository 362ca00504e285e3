import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completionOf } from '../../../test/support/completions.ts';
import type { RewardResult, ScoredCompletion } from '../protocol/completion.ts';
import { experimentSchema } from '../protocol/experiment.ts';
import { measuredShares } from './evaluationMeasures.ts';
import type { ScoredGroup } from './scoredGroup.ts';

/** What a sample says, and the verdict on it. */
type Sample = readonly [text: string, verdict: RewardResult];

const right = (extracted?: string | null): RewardResult => ({
  value: 1,
  ...(extracted === undefined ? {} : { extracted }),
});
const wrong = (extracted?: string | null): RewardResult => ({
  value: 0,
  ...(extracted === undefined ? {} : { extracted }),
});
const failed: RewardResult = { error: { kind: 'threw', message: 'no' } };

function group(problem: number, answer: string, samples: readonly Sample[]): ScoredGroup {
  const scored = samples.map(([text, verdict], sample): ScoredCompletion => ({
    completion: completionOf({ key: { step: 0, problem, sample }, text }),
    rewards: { correct: verdict },
    reward: null,
  }));
  const named = { task: null, problem, fileRow: problem, split: 'validation' } as const;
  return { problem: { ...named, prompt: '', row: { answer }, tokens: new Int32Array() }, scored };
}

function measured(...groups: readonly ScoredGroup[]): Record<string, readonly number[]> {
  const samples = groups[0]?.scored.length ?? 0;
  const experiment = experimentSchema.parse({
    ...{ model: 'model', dataset: { source: 'train.jsonl' }, rewards: [{ file: 'r.ts', function: 'correct' }] },
    evaluation: { samples, sampling: { temperature: 1 } },
  });
  return Object.fromEntries(measuredShares(groups, experiment));
}

test('one sample each: lenient beside the accuracy, and nothing else', () => {
  const groups = [group(0, '7', [['it is 7', wrong(null)]]), group(1, '8', [['#### 8', right('8')]])];
  assert.deepEqual(measured(...groups), { lenient: [1, 1] });
});

test('without a number to be right about in every problem there is no lenient accuracy', () => {
  assert.deepEqual(measured(group(0, '7', [['7', wrong()]]), group(1, 'London', [['7', wrong()]])), {});
});

test('several samples: pass@k, and maj@k by the answers that were extracted', () => {
  const three = group(0, 'x', [
    ['a', wrong('5')],
    ['b', right('7')],
    ['c', right('7')],
  ]);
  const none = group(1, 'x', [
    ['a', wrong(null)],
    ['b', failed],
    ['c', wrong('3')],
  ]);
  assert.deepEqual(measured(three, none), {
    'pass@2': [1, 0],
    'pass@3': [1, 0],
    'maj@2': [0.5, 0],
    'maj@3': [1, 0],
  });
});

test('k goes up in powers of two, and to all samples', () => {
  const samples = Array.from({ length: 5 }, (): Sample => ['7', right('7')]);
  assert.deepEqual(Object.keys(measured(group(0, 'x', samples))), [
    ...['pass@2', 'pass@4', 'pass@5'],
    ...['maj@2', 'maj@4', 'maj@5'],
  ]);
});

test('answers that nobody noted, or not of a right completion, are no votes', () => {
  const kept = (...verdicts: readonly RewardResult[]): string[] =>
    Object.keys(
      measured(
        group(
          0,
          'x',
          verdicts.map((verdict): Sample => ['a', verdict]),
        ),
      ),
    );
  assert.deepEqual(kept(wrong(), wrong()), ['pass@2']);
  assert.deepEqual(kept(right(), wrong()), ['pass@2']);
  assert.deepEqual(kept(right(), wrong('3')), ['pass@2']);
  assert.deepEqual(kept(wrong(null), wrong(null)), ['pass@2', 'maj@2']);
  assert.deepEqual(kept(right('7'), wrong()), ['pass@2'], 'what the wrong one would have voted for is not known');
  assert.deepEqual(kept(right('7'), failed), ['pass@2', 'maj@2']);
  assert.deepEqual(kept(failed, failed), ['pass@2']);
});
