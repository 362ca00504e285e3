import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completionOf } from '../../../test/support/completions.ts';
import type { RewardResult, ScoredCompletion, StopReason } from '../protocol/completion.ts';
import { rolloutMetrics, tokensProcessed, type RolloutBatch } from './rolloutMetrics.ts';

interface Row {
  readonly text?: string;
  readonly length?: number;
  readonly stopReason?: StopReason;
  readonly rewards?: Readonly<Record<string, RewardResult>>;
  readonly reward?: number | null;
}

function batch(rows: readonly Row[], groupSize: number): RolloutBatch {
  const rewardNames = ['exact', 'format'];
  const tasks = rows.map(() => ({ rewards: rewardNames, solvedBy: 'exact' }));
  return { scored: rows.map(scored), groupSize, rewardNames, tasks };
}

function scored({ text = '', length = 1, stopReason = 'eos', rewards = {}, reward = null }: Row): ScoredCompletion {
  return { completion: completionOf({ length, text, stopReason }), rewards, reward };
}

const exact = (value: number | null): Row => ({ rewards: { exact: { value } }, reward: value });

test('lengths of all completions, and of those that ended by themselves', () => {
  const metrics = rolloutMetrics(
    batch(
      [
        { length: 4 },
        { length: 8, stopReason: 'length' },
        { length: 2, stopReason: 'stop' },
        { length: 6, stopReason: 'stop' },
      ],
      2,
    ),
  );
  assert.equal(metrics['completions/mean_length'], 5);
  assert.equal(metrics['completions/min_length'], 2);
  assert.equal(metrics['completions/max_length'], 8);
  assert.equal(metrics['completions/mean_terminated_length'], 4);
  assert.equal(metrics['completions/min_terminated_length'], 2);
  assert.equal(metrics['completions/max_terminated_length'], 6);
  assert.equal(metrics['completions/clipped_ratio'], 0.25);
});

test('terminated lengths read 0 when none ended by itself, as in TRL', () => {
  const metrics = rolloutMetrics(batch([{ length: 8, stopReason: 'length' }], 1));
  assert.equal(metrics['completions/mean_terminated_length'], 0);
  assert.equal(metrics['completions/max_terminated_length'], 0);
  assert.equal(metrics['completions/clipped_ratio'], 1);
});

test('rewards: over the completions that have a value, the spread over the whole batch', () => {
  const metrics = rolloutMetrics(
    batch(
      [
        { rewards: { exact: { value: 1 }, format: { value: 0.5 } }, reward: 1.5 },
        { rewards: { exact: { value: 0 }, format: { value: null } }, reward: 0 },
        { rewards: { exact: { error: { kind: 'threw', message: 'boom' } }, format: { value: null } }, reward: null },
        { rewards: { exact: { value: 1 }, format: { value: null } }, reward: 1.5 },
      ],
      2,
    ),
  );
  assert.equal(metrics['rewards/exact/mean'], 2 / 3);
  assert.ok(Math.abs((metrics['rewards/exact/std'] ?? NaN) - Math.sqrt(1 / 3)) < 1e-12);
  assert.equal(metrics['rewards/format/mean'], 0.5);
  assert.equal(metrics['rewards/format/std'], 0);
  assert.equal(metrics['reward'], 1);
  assert.ok(Math.abs((metrics['reward_std'] ?? NaN) - Math.sqrt(0.75)) < 1e-12);
});

test('a function that applied nowhere has no metrics', () => {
  const metrics = rolloutMetrics(batch([exact(null), exact(null)], 2));
  assert.equal('rewards/exact/mean' in metrics, false);
  assert.equal('reward' in metrics, false);
});

test('groups: without spread, all solved, none solved', () => {
  const groups = [
    [exact(1), exact(1)],
    [exact(0), exact(0.5)],
    [exact(1), exact(0)],
    [exact(null), exact(1)],
    [exact(null), exact(null)],
    [exact(0.1), exact(0.1)],
  ];
  const metrics = rolloutMetrics(batch(groups.flat(), 2));
  assert.equal(metrics['frac_reward_zero_std'], 4 / 6);
  assert.equal(metrics['groups/all_correct_frac'], 2 / 6);
  assert.equal(metrics['groups/all_wrong_frac'], 2 / 6);
});

test('the spread within groups, and not between them', () => {
  const spread = (...rows: readonly Row[]): number | undefined => rolloutMetrics(batch(rows, 2))['groups/reward_std'];
  assert.equal(spread(exact(1), exact(1), exact(0), exact(0)), 0, 'problems differ, completions of one do not');
  assert.equal(spread(exact(1), exact(0), exact(0), exact(0)), Math.SQRT1_2 / 2);
  assert.equal(spread(exact(1), exact(0), exact(null), exact(1)), Math.SQRT1_2, 'one reward has no spread, not none');
  assert.equal(spread(exact(null), exact(1)), undefined);
});

test('repeated completions: of the same text as another before them in their group, and not in another group', () => {
  const [a, b] = [{ text: 'a' }, { text: 'b' }];
  assert.equal(rolloutMetrics(batch([a, a, a, b, a, b], 3))['completions/duplicate_frac'], 3 / 6);
  assert.equal(rolloutMetrics(batch([a, b, b, a], 2))['completions/duplicate_frac'], 0);
});

test('errors and timeouts as shares of all verdicts', () => {
  const error = (kind: 'threw' | 'timeout'): RewardResult => ({ error: { kind, message: '' } });
  const metrics = rolloutMetrics(
    batch(
      [
        { rewards: { exact: error('timeout'), format: { value: 0 } } },
        { rewards: { exact: error('threw'), format: { value: null } } },
      ],
      2,
    ),
  );
  assert.equal(metrics['reward/error_rate'], 0.5);
  assert.equal(metrics['reward/timeout_rate'], 0.25);
});

test('a reward that was not called gave no verdict that could have failed', () => {
  const failed: Row = { rewards: { exact: { error: { kind: 'timeout', message: '' } }, format: { value: null } } };
  const fine: Row = { rewards: { exact: { value: 1 }, format: { value: 0 } } };
  const [exactOnly, both] = [['exact'], ['exact', 'format']].map((rewards) => ({ rewards, solvedBy: 'exact' }));
  const tasks = [exactOnly ?? assert.fail(), both ?? assert.fail()];
  const metrics = rolloutMetrics({ ...batch([failed, fine], 1), tasks });
  assert.equal(metrics['reward/error_rate'], 1 / 3);
  assert.equal(metrics['reward/timeout_rate'], 1 / 3);
});

test('nothing sampled, nothing measured', () => {
  assert.deepEqual(rolloutMetrics(batch([], 8)), {});
});

test('tokens processed count the prompt once per completion', () => {
  const row = (prompt: number, tokens: number) => ({ prompt: new Int32Array(prompt), tokens: new Int32Array(tokens) });
  assert.equal(tokensProcessed([row(5, 2), row(5, 3)]), 15);
});
