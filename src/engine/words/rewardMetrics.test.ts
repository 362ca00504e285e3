import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breaksOf, metricSource } from './rewardMetrics.ts';

const changes = [
  { step: 5, rewards: ['correct', 'format'], solved: true },
  { step: 9, rewards: ['format'], solved: false },
];

test('what a metric tells about', () => {
  assert.deepEqual(metricSource('eval_reward'), { of: 'combined' });
  assert.deepEqual(metricSource('rewards/a/b/mean'), { of: 'one', name: 'a/b' });
  assert.deepEqual(metricSource('eval/accuracy_low'), { of: 'solved' });
  assert.deepEqual(metricSource('tasks/a/eval/accuracy'), { of: 'solved' });
  assert.deepEqual(metricSource('eval_tasks/a/rewards/b/mean'), { of: 'one', name: 'b' });
  for (const metric of ['loss', 'completions/mean_length', 'reward/error_rate', 'frac_reward_zero_std'])
    assert.equal(metricSource(metric), null, metric);
});

test('a curve breaks where what it tells about changed, and nowhere else', () => {
  assert.deepEqual(breaksOf('reward', changes), [5, 9]);
  assert.deepEqual(breaksOf('eval_rewards/format/mean', changes), [5, 9]);
  assert.deepEqual(breaksOf('rewards/correct/std', changes), [5]);
  assert.deepEqual(breaksOf('rewards/other/mean', changes), []);
  assert.deepEqual(breaksOf('eval/accuracy', changes), [5]);
  assert.deepEqual(breaksOf('entropy', changes), []);
});
