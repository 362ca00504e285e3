import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RewardResult } from '../protocol/completion.ts';
import { requireWorking, RewardFailures } from './rewardFailures.ts';
import type { ScoredGroup } from './runContext.ts';

const FAILED: RewardResult = { error: { kind: 'threw', message: 'reward.ts:2: no such word.' } };
const FINE: RewardResult = { value: 1 };

function groupOf(...results: readonly RewardResult[]): ScoredGroup {
  const problem = { problem: 0, split: 'train', prompt: '', row: {}, tokens: new Int32Array() } as const;
  const completion = {
    key: { step: 1, problem: 0, occurrence: 0, round: 0, sample: 0 },
    tokens: new Int32Array(),
    logprobs: new Float32Array(),
    sampledLogprobs: new Float32Array(),
    entropies: new Float32Array(),
    tokenEnds: new Int32Array(),
    text: '',
    stopReason: 'eos',
  } as const;
  return { problem, scored: results.map((result) => ({ completion, rewards: { correct: result }, reward: null })) };
}

test('a failing reward is said once, with its first error', () => {
  const failures = new RewardFailures();
  assert.deepEqual(failures.warnings([groupOf(FINE)]), []);
  const [message, ...others] = failures.warnings([groupOf(FINE, FAILED), groupOf(FAILED)]);
  assert.match(message ?? '', /"correct" failed on 2 of 3 completions.*reward\.ts:2/);
  assert.deepEqual(others, []);
  assert.deepEqual(failures.warnings([groupOf(FAILED)]), []);
});

test('a reward that fails on everything ends the run before it begins', () => {
  assert.doesNotThrow(() => requireWorking([groupOf(FAILED, FINE)], 'correct'));
  assert.doesNotThrow(() => requireWorking([], 'correct'));
  assert.throws(() => requireWorking([groupOf(FAILED), groupOf(FAILED)], 'correct'), /failed on all 2 .*reward\.ts:2/);
});
