import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completionOf } from '../../../test/support/completions.ts';
import type { RewardResult, ScoredCompletion } from '../protocol/completion.ts';
import { taskMetrics } from './taskMetrics.ts';

function scored(
  reward: number | null,
  length: number,
  rewards: Readonly<Record<string, RewardResult>>,
): ScoredCompletion {
  return { completion: completionOf({ length }), rewards, reward };
}

const right = { right: { value: 1 } };
const wrong = { right: { value: 0 } };
const other = { right: { value: null }, form: { value: 1 } };

test('each task by its own rule', () => {
  const metrics = taskMetrics([
    { task: 'a', solvedBy: 'right', scored: [scored(1, 4, right), scored(0, 2, wrong)] },
    { task: 'b', solvedBy: 'form', scored: [scored(0.5, 6, other), scored(0.5, 8, other)] },
    { task: 'a', solvedBy: 'right', scored: [scored(0, 4, wrong), scored(0, 2, wrong)] },
  ]);
  assert.deepEqual(metrics, {
    'tasks/a/problems': 2,
    'tasks/a/reward': 0.25,
    'tasks/a/solved': 0.25,
    'tasks/a/frac_reward_zero_std': 0.5,
    'tasks/a/completions/mean_length': 3,
    'tasks/b/problems': 1,
    'tasks/b/reward': 0.5,
    'tasks/b/solved': 1,
    'tasks/b/frac_reward_zero_std': 1,
    'tasks/b/completions/mean_length': 7,
  });
});

test('what failed is not solved and has no reward; without a group there is nothing to say', () => {
  const failed = { right: { error: { kind: 'threw', message: 'no' } } } as const;
  const metrics = taskMetrics([
    { task: 'a', solvedBy: 'right', scored: [scored(null, 1, failed), scored(null, 1, failed)] },
  ]);
  assert.deepEqual(metrics, {
    'tasks/a/problems': 1,
    'tasks/a/solved': 0,
    'tasks/a/frac_reward_zero_std': 1,
    'tasks/a/completions/mean_length': 1,
  });
  assert.deepEqual(taskMetrics([]), {});
});
