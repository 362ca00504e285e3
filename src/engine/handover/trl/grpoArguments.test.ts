import assert from 'node:assert/strict';
import { test } from 'node:test';
import { presetNames, type ExperimentInput } from '../../protocol/experiment.ts';
import { parseExperiment } from '../../protocol/experimentFile.ts';
import { batchesOf } from '../batches.ts';
import { grpoArguments } from './grpoArguments.ts';

function mapped(changes: Partial<ExperimentInput>): ReturnType<typeof grpoArguments> {
  const experiment = {
    model: 'm',
    dataset: { source: 'd.jsonl' },
    rewards: [{ function: 'finalNumber' }],
    ...changes,
  };
  return grpoArguments(parseExperiment(JSON.stringify(experiment), 'e.rlvr.json'));
}

test('each preset is the loss of its name in TRL', () => {
  const expected: Partial<Record<(typeof presetNames)[number], object>> = {
    grpo: { loss_type: 'grpo', epsilon_high: 0.2, scale_rewards: 'group' },
    dapo: { loss_type: 'dapo', epsilon_high: 0.28 },
    bnpo: { loss_type: 'bnpo' },
    dr_grpo: { loss_type: 'dr_grpo', scale_rewards: 'none' },
    cispo: { loss_type: 'cispo', epsilon_high: 5 },
    gspo: { loss_type: 'grpo', importance_sampling_level: 'sequence', epsilon: 3e-4, epsilon_high: 4e-4 },
    sapo: { loss_type: 'sapo', sapo_temperature_pos: 1, sapo_temperature_neg: 1.05 },
  };
  for (const preset of presetNames) {
    const wanted = expected[preset];
    if (wanted === undefined) continue;
    const { arguments: given, remarks } = mapped({ algorithm: { preset } });
    assert.partialDeepStrictEqual(given, wanted, preset);
    assert.ok(!remarks.some(({ key }) => key.startsWith('algorithm.')), preset);
  }
  assert.ok(
    mapped({ algorithm: { preset: 'rloo' } }).remarks.some(
      ({ key, kind }) => key === 'algorithm.advantage' && kind === 'missing',
    ),
  );
});

test('what TRL cannot do is said, and only then', () => {
  const missing = (changes: Partial<ExperimentInput>): string[] =>
    mapped(changes)
      .remarks.filter(({ kind }) => kind === 'missing')
      .map(({ key }) => key);
  assert.deepEqual(missing({}), []);
  assert.deepEqual(missing({ algorithm: { tokenLoss: 'dualClip', importanceSampling: {} } }), [
    'algorithm.clip.dual',
    'algorithm.importanceSampling',
  ]);
  assert.deepEqual(missing({ rollout: { stop: ['Q:'], stopTokens: [5] } }), ['rollout.stop', 'rollout.stopTokens']);
});

test('checkpoints gradients where the experiment does', () => {
  const of = (gradientCheckpointing: boolean): unknown =>
    mapped({ training: { gradientCheckpointing } }).arguments['gradient_checkpointing'];
  assert.deepEqual([of(false), of(true)], [false, true]);
});

test('a step of ours is as many optimiser steps of TRL, on the same rows', () => {
  const of = (
    problemsPerStep: number,
    groupSize: number,
    microBatch: number,
    miniBatches: number,
    iterations: number,
  ): unknown =>
    mapped({ training: { steps: 10, problemsPerStep, microBatch, miniBatches, iterations }, rollout: { groupSize } })
      .arguments;
  assert.partialDeepStrictEqual(of(8, 8, 12, 2, 3), {
    generation_batch_size: 64,
    // The largest that divides the 32 rows of a mini-batch.
    per_device_train_batch_size: 8,
    gradient_accumulation_steps: 4,
    max_steps: 60,
    num_iterations: 3,
  });
  assert.deepEqual(
    batchesOf({
      training: {
        steps: 1,
        problemsPerStep: 3,
        microBatch: 8,
        gradientCheckpointing: false,
        miniBatches: 1,
        iterations: 1,
      },
      rollout: { ...rollout(5) },
    }),
    {
      rows: 15,
      perPass: 5,
      accumulated: 3,
      optimizerSteps: 1,
    },
  );
});

function rollout(groupSize: number): Parameters<typeof batchesOf>[0]['rollout'] {
  const text = JSON.stringify({
    model: 'm',
    dataset: { source: 'd' },
    rewards: [{ function: 'finalNumber' }],
    rollout: { groupSize },
  });
  return parseExperiment(text, 'e.rlvr.json').rollout;
}

test('warm-up and decay', () => {
  const of = (optimizer: ExperimentInput['optimizer']): unknown =>
    mapped({ optimizer, training: { steps: 100 } }).arguments;
  assert.partialDeepStrictEqual(of({}), { lr_scheduler_type: 'constant', warmup_steps: 0 });
  assert.partialDeepStrictEqual(of({ warmupSteps: 5 }), { lr_scheduler_type: 'constant_with_warmup', warmup_steps: 5 });
  assert.partialDeepStrictEqual(of({ schedule: 'cosine', warmupSteps: 10, finalFraction: 0.1 }), {
    lr_scheduler_type: 'warmup_stable_decay',
    lr_scheduler_kwargs: { num_decay_steps: 90, decay_type: 'cosine', min_lr_ratio: 0.1 },
  });
});
