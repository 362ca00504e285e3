/** That what runs learns. Seeds are fixed, so that the outcome is the same every time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordOf } from '../support/runRecord.ts';
import { HANG_LIMIT, makeProject, train } from '../support/trainingProject.ts';

async function curve(name: string, ...args: Parameters<typeof train>): Promise<number[]> {
  const { outcome, dir } = await train(...args);
  assert.equal(outcome, 'finished');
  return recordOf(dir).metrics.flatMap((row) => row[name] ?? []);
}

test('supervised training halves the loss', HANG_LIMIT, async () => {
  const losses = await curve('loss', await makeProject('llama'), {
    method: 'sft',
    full: true,
    rewards: [],
    training: { steps: 15, problemsPerStep: 8 },
    optimizer: { learningRate: 0.03 },
    checkpoint: { every: 15 },
  });
  assert.equal(losses.length, 15);
  assert.ok((losses.at(-1) ?? NaN) < (losses[0] ?? NaN) / 2, `from ${losses[0]} to ${losses.at(-1)}`);
});

test('GRPO makes frequent what its reward prefers', HANG_LIMIT, async () => {
  const rewards = await curve('reward', await makeProject('gpt2'), {
    full: true,
    training: { steps: 15, problemsPerStep: 4, microBatch: 16 },
    rollout: { groupSize: 8 },
    optimizer: { learningRate: 0.05 },
    evaluation: { every: 0 },
    checkpoint: { every: 15 },
  });
  assert.equal(rewards.length, 15);
  assert.ok((rewards[0] ?? NaN) < 0.1, `begins at ${rewards[0]}`);
  assert.ok((rewards.at(-1) ?? NaN) > 0.8, `ends at ${rewards.at(-1)}`);
});
