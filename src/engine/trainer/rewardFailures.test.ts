import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completionOf } from '../../../test/support/completions.ts';
import type { RewardResult } from '../protocol/completion.ts';
import { experimentSchema } from '../protocol/experiment.ts';
import { skippedRewards } from '../protocol/tasks.ts';
import { requireWorking, requireWorkingTasks, RewardFailures } from './rewardFailures.ts';
import type { ScoredGroup } from './scoredGroup.ts';

const FAILED: RewardResult = { error: { kind: 'threw', message: 'reward.ts:2: no such word.' } };
const FINE: RewardResult = { value: 1 };

const skipped = skippedRewards({});

function groupOf(...results: readonly RewardResult[]): ScoredGroup {
  const named = { task: null, problem: 0, fileRow: 0, split: 'train' } as const;
  const problem = { ...named, prompt: '', row: {}, tokens: new Int32Array() };
  const completion = completionOf();
  return { problem, scored: results.map((result) => ({ completion, rewards: { correct: result }, reward: null })) };
}

test('a failing reward is said once, with its first error', () => {
  const failures = new RewardFailures();
  assert.deepEqual(failures.warnings([groupOf(FINE)], skipped), []);
  const [message, ...others] = failures.warnings([groupOf(FINE, FAILED), groupOf(FAILED)], skipped);
  assert.match(message ?? '', /"correct" failed on 2 of 3 completions.*reward\.ts:2/);
  assert.deepEqual(others, []);
  assert.deepEqual(failures.warnings([groupOf(FAILED)], skipped), []);
});

test('completions that a reward is not asked about are none that it scored', () => {
  const ofTask = (task: string, group: ScoredGroup): ScoredGroup => ({ ...group, problem: { ...group.problem, task } });
  const groups = [ofTask('sums', groupOf(FINE, FAILED)), ofTask('forms', groupOf({ value: null }, { value: null }))];
  const [message] = new RewardFailures().warnings(groups, skippedRewards({ sums: [], forms: ['correct'] }));
  assert.match(message ?? '', /failed on 1 of 2 completions/);
});

test('a reward that fails on everything ends the run before it begins', () => {
  assert.doesNotThrow(() => requireWorking([groupOf(FAILED, FINE)], 'correct'));
  assert.doesNotThrow(() => requireWorking([], 'correct'));
  assert.throws(() => requireWorking([groupOf(FAILED), groupOf(FAILED)], 'correct'), /failed on all 2 .*reward\.ts:2/);
});

test('of several tasks each must work', () => {
  const dataset = { source: 'd' };
  const experiment = experimentSchema.parse({
    ...{ model: 'm', rewards: [{ function: 'correct' }] },
    tasks: { a: { dataset }, b: { dataset } },
  });
  const of = (task: string, group: ScoredGroup): ScoredGroup => ({ ...group, problem: { ...group.problem, task } });
  assert.doesNotThrow(() => requireWorkingTasks([of('a', groupOf(FINE)), of('b', groupOf(FAILED, FINE))], experiment));
  assert.throws(
    () => requireWorkingTasks([of('a', groupOf(FINE)), of('b', groupOf(FAILED, FAILED))], experiment),
    /failed on all 2 /,
  );
});
