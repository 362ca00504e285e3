import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TaskChange, TaskEvaluation } from '../protocol/events.ts';
import { taskAccuracies, taskChangeSentences } from './taskWords.ts';

const gain: TaskChange = {
  task: 'gsm8k',
  problems: 400,
  change: { value: 0.041, low: 0.01, high: 0.072 },
  pValue: 0.01,
};
const same: TaskChange = {
  task: 'svamp',
  problems: 120,
  change: { value: 0.003, low: -0.05, high: 0.06 },
  pValue: 0.9,
};

test('each task has its change, as one of several', () => {
  assert.deepEqual(taskChangeSentences([gain, same]), [
    'By task: gsm8k better by 4.1 points [1.0, 7.2]; svamp no detectable difference (+0.3), among 2 comparisons (Holm).',
  ]);
  const barely = { ...gain, pValue: 0.03 };
  assert.match(
    taskChangeSentences([barely, same])[0] ?? '',
    /gsm8k no detectable difference \(\+4\.1\)/,
    'alone it would be one',
  );
});

test('one task, or none, is said already', () => {
  assert.deepEqual(taskChangeSentences(), []);
  assert.deepEqual(taskChangeSentences([gain]), []);
  assert.deepEqual(taskAccuracies({}), []);
});

test('accuracies of one evaluation', () => {
  const of = (value: number): TaskEvaluation => ({ problems: 200, correct: 1, accuracy: { value, low: 0, high: 1 } });
  assert.deepEqual(taskAccuracies({ tasks: { gsm8k: of(0.41), svamp: of(0.625) } }), [
    'By task: gsm8k 41.0 % (200 problems), svamp 62.5 % (200 problems).',
  ]);
});
