/** What the experiment asks of algorithm and rewards reaches the machine, seen in what a run records. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSafetensors } from '../../src/engine/model/tensorData.ts';
import type { CompletionRecord } from '../../src/engine/protocol/run.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { readStoredGroups } from '../../src/engine/run/storedGroups.ts';
import { metricsOf, recordOf, type RunRecord } from '../support/runRecord.ts';
import { HANG_LIMIT, makeProject, reward, train, type Changes } from '../support/trainingProject.ts';
import type { TinyModel } from '../support/tinyModel.ts';

interface Observed {
  readonly dir: string;
  readonly record: RunRecord;
  /** Rollouts only, in the order of their keys. */
  readonly rollouts: readonly CompletionRecord[];
}

async function observe(model: TinyModel, changes: Changes): Promise<Observed> {
  const { outcome, dir } = await train(await makeProject(model), { evaluation: { every: 0 }, ...changes });
  assert.equal(outcome, 'finished');
  const reader = RunReader.open(dir);
  const rollouts = [...reader.completions()].filter(({ purpose }) => purpose === 'rollout');
  reader.close();
  return { dir, record: recordOf(dir), rollouts };
}

/** The adapter's weights before and after the last step. */
function weightHashes({ record: { saved } }: Observed): (string | undefined)[] {
  return [2, 3].map((step) => saved[`state/step-${step}/adapter_model.safetensors`]);
}

async function optimizerSteps({ dir }: Observed): Promise<number | undefined> {
  const tensors = await readSafetensors(join(dir, 'checkpoints/step-3/optimizer.safetensors'));
  return tensors.get('step')?.data[0];
}

test('a step in which nothing can be learnt changes no weight and says so', HANG_LIMIT, async () => {
  const observed = await observe('gpt2', { rewards: [reward('constant')] });
  for (const step of [1, 2, 3]) {
    const metrics = metricsOf(observed.record, step);
    assert.equal(metrics['frac_reward_zero_std'], 1);
    assert.equal(metrics['grad_norm'], 0);
    assert.equal(metrics['loss'], 0);
  }
  assert.ok(observed.rollouts.every(({ advantage }) => advantage === 0));
  const [before, after] = weightHashes(observed);
  assert.equal(after, before);
  assert.ok((await optimizerSteps(observed)) === undefined, 'the optimiser made no step');
});

test('a KL term and an entropy bonus train rows without advantage', HANG_LIMIT, async () => {
  const observed = await observe('llama', {
    rewards: [reward('constant')],
    algorithm: { beta: 0.1, entropyBonus: 0.5 },
  });
  const [first, , last] = [1, 2, 3].map((step) => metricsOf(observed.record, step));
  assert.ok(Math.abs(first?.['kl'] ?? NaN) < 1e-9, 'the policy starts as the reference');
  assert.ok((last?.['kl'] ?? NaN) > 1e-6, 'and leaves it');
  assert.ok((first?.['grad_norm'] ?? NaN) > 0);
  assert.ok((last?.['entropy'] ?? NaN) > (first?.['entropy'] ?? NaN));
  const [before, after] = weightHashes(observed);
  assert.notEqual(after, before);
});

test(
  'several passes in several mini-batches are as many optimiser steps; rewards are normalised one by one',
  HANG_LIMIT,
  async () => {
    const observed = await observe('gpt2', {
      rewards: [
        { ...reward('digits'), weight: 2 },
        { ...reward('brevity'), weight: -1, name: 'short' },
      ],
      algorithm: { rewardNormalization: 'each' },
      training: { iterations: 2, miniBatches: 2 },
      rollout: { stop: ['s'] },
      optimizer: { learningRate: 0.1 },
    });
    assert.equal(await optimizerSteps(observed), 3 * 2 * 2);
    assert.ok((metricsOf(observed.record, 1)['clip_ratio/region_mean'] ?? 0) > 0, 'later passes are off-policy');
    for (const { reward: sum, rewards } of observed.rollouts) {
      const [digits, short] = [valueOf(rewards, 'digits'), valueOf(rewards, 'short')];
      assert.equal(sum, 2 * digits - short);
    }
    const step = observed.rollouts.filter(({ key }) => key.step === 1);
    const expected = gdpo(step, { digits: 2, short: -1 });
    for (const [row, { advantage }] of step.entries())
      assert.ok(Math.abs((advantage ?? NaN) - (expected[row] ?? NaN)) < 1e-9, `row ${row}: ${advantage}`);
  },
);

function valueOf(rewards: CompletionRecord['rewards'], name: string): number {
  const result = rewards[name];
  return result && 'value' in result ? (result.value ?? NaN) : NaN;
}

/** arXiv:2601.05242, for groups of four: each reward over its group's deviation, their weighted sum over the batch's. */
function gdpo(rows: readonly CompletionRecord[], weights: Readonly<Record<string, number>>): number[] {
  const sums = rows.map((row, index) => {
    const group = rows.slice(index - (index % 4), index - (index % 4) + 4);
    assert.ok(group.every(({ key }) => key.problem === row.key.problem));
    return Object.entries(weights).reduce((sum, [name, weight]) => {
      const values = group.map(({ rewards }) => valueOf(rewards, name));
      return sum + (weight * (valueOf(row.rewards, name) - mean(values))) / (deviation(values) + 1e-4);
    }, 0);
  });
  return sums.map((sum) => sum / (deviation(sums) + 1e-4));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

test('importance sampling multiplies the loss, here by nothing', HANG_LIMIT, async () => {
  const observed = await observe('gpt2', {
    // The two policies agree, so that every ratio is about 1 and outside of what is let through.
    algorithm: { importanceSampling: { mode: 'mask', low: 1.5, high: 5 } },
  });
  const metrics = metricsOf(observed.record, 1);
  assert.ok(observed.rollouts.some(({ advantage }) => advantage !== 0));
  assert.equal(metrics['sampling/importance_sampling_ratio/max'], 0);
  assert.ok((metrics['sampling/sampling_logp_difference/max'] ?? NaN) < 1e-4);
  assert.equal(metrics['grad_norm'], 0);
});

test('the only update of a step says of its old policy what a scoring pass would', HANG_LIMIT, async () => {
  const changes: Changes = {
    lora: { rank: 4 },
    rollout: { weights: 'int8' },
    rewards: [reward('random')],
    algorithm: {
      // So narrow a range that any other ratio than 1 is outside of it.
      clip: { low: 1e-7, high: 1e-7 },
      // Lets through tokens that the policy likes better than the sampler does: none, were the two taken for the same.
      importanceSampling: { mode: 'mask', low: 1.000001, high: 5 },
    },
  };
  const firstStep = async (iterations: number) =>
    metricsOf((await observe('gpt2', { ...changes, training: { steps: 1, iterations } })).record, 1);
  const [metrics, expected] = [await firstStep(1), await firstStep(2)];
  const sampling = Object.keys(expected).filter((name) => name.startsWith('sampling/'));
  assert.equal(sampling.length, 6);
  for (const name of sampling)
    assert.ok(Math.abs((metrics[name] ?? NaN) - (expected[name] ?? NaN)) < 1e-5, `${name}: ${metrics[name]}`);
  assert.ok((metrics['sampling/sampling_logp_difference/mean'] ?? 0) > 1e-4, 'the policies differ');
  assert.equal(metrics['clip_ratio/region_mean'], 0);
  assert.ok((metrics['grad_norm'] ?? 0) > 0, 'tokens are let through');
});

test('with dropout, too, the first update is on-policy: the ratio is 1', HANG_LIMIT, async () => {
  // So narrow a range that any other ratio than 1 is outside of it.
  const clip = { low: 1e-4, high: 1e-4 };
  const { record } = await observe('llama', {
    lora: { rank: 4, dropout: 0.2 },
    algorithm: { clip },
    rewards: [reward('random')],
  });
  for (const step of [1, 2, 3]) assert.equal(metricsOf(record, step)['clip_ratio/region_mean'], 0, `step ${step}`);
  // Before the first update B is 0, and it does not matter what is dropped before it.
  for (const step of [2, 3])
    assert.ok((metricsOf(record, step)['sampling/sampling_logp_difference/max'] ?? NaN) > 1e-2, 'something is dropped');
});

for (const [what, rollout] of Object.entries({
  truncation: { topP: 0.7 },
  'a repetition penalty': { repetitionPenalty: 1.5 },
}))
  test(`${what} is no difference between the sampling and the training policy`, HANG_LIMIT, async () => {
    const changes: Changes = { rollout, training: { steps: 2 }, rewards: [reward('random')] };
    const plain = await observe('gpt2', changes);
    const corrected = await observe('gpt2', { ...changes, algorithm: { importanceSampling: {} } });
    assert.ok(
      plain.rollouts.some(({ logprobs, sampledLogprobs }) =>
        logprobs.some((value, token) => Math.abs(value - (sampledLogprobs[token] ?? NaN)) > 0.1),
      ),
      'tokens are drawn with other probabilities than those of the policy',
    );
    for (const { record } of [plain, corrected])
      for (const step of [1, 2]) {
        const metrics = metricsOf(record, step);
        assert.ok((metrics['sampling/sampling_logp_difference/max'] ?? NaN) < 1e-3);
        assert.ok(Math.abs((metrics['sampling/importance_sampling_ratio/mean'] ?? NaN) - 1) < 1e-3);
      }
  });

test('truncated completions can be left out of the loss', HANG_LIMIT, async () => {
  const observed = await observe('gpt2', {
    algorithm: { maskTruncated: true },
    rollout: { maxCompletionLength: 2 },
    training: { steps: 2 },
    rewards: [reward('random')],
  });
  assert.ok(observed.rollouts.every(({ stopReason }) => stopReason === 'length'));
  assert.ok(observed.rollouts.some(({ advantage }) => advantage !== 0 && advantage !== null));
  for (const step of [1, 2]) assert.equal(metricsOf(observed.record, step)['grad_norm'], 0);
});

test(
  'dynamic sampling draws on until the batch is full, and keeps a record of what it threw away',
  HANG_LIMIT,
  async () => {
    const observed = await observe('gpt2', {
      rewards: [reward('onlyEggs')],
      algorithm: { dynamicSampling: { maxBatches: 6 } },
    });
    let threwAway = 0;
    for (const step of [1, 2, 3]) {
      const metrics = metricsOf(observed.record, step);
      const rows = observed.rollouts.filter(({ key }) => key.step === step);
      const kept = rows.filter(({ advantage }) => advantage !== null);
      const discarded = rows.filter(({ advantage }) => advantage === null);
      assert.equal(kept.length, 2 * 4);
      assert.equal(metrics['frac_reward_zero_std'], 0);
      assert.equal(metrics['groups/drawn'], rows.length / 4);
      assert.equal(
        (metrics['groups/discarded_zero_std'] ?? NaN) + (metrics['groups/discarded_surplus'] ?? NaN),
        discarded.length / 4,
      );
      assert.equal(metrics['groups/generation_batches'], 1 + Math.max(...rows.map(({ key }) => key.round)));
      threwAway += metrics['groups/discarded_zero_std'] ?? NaN;
    }
    assert.ok(threwAway > 0);
  },
);

test('what goes wrong in a reward is an error beside its completion, and the run goes on', HANG_LIMIT, async () => {
  const { record, rollouts } = await observe('gpt2', {
    // The first reward fails on every held-out completion, which would end the run if it were the one that is measured.
    evaluation: { reward: 'digits' },
    rewards: [
      { ...reward('troubled'), timeout: 0.2 },
      // Weighs nothing, so that its errors leave the others their sum.
      { ...reward('tooFew'), per: 'group', weight: 0 },
      reward('digits'),
    ],
    rollout: { groupSize: 6 },
    training: { steps: 2 },
  });
  const expected = ['threw', 'notFinite', null, 'timeout', 0, 1] as const;
  assert.equal(rollouts.length, 2 * 2 * 6);
  for (const { key, rewards, reward: sum, advantage } of rollouts) {
    const verdict = expected[key.sample];
    assert.equal(verdictOf(rewards, 'troubled'), verdict);
    assert.equal(verdictOf(rewards, 'tooFew'), 'wrongLength');
    if (typeof verdict === 'string') assert.deepEqual({ sum, advantage }, { sum: null, advantage: 0 });
    else assert.equal(sum, valueOf(rewards, 'digits') + (verdict ?? 0));
  }
  const messages = record.completions.join('\n');
  assert.match(messages, /threw: rewards\.ts:\d+:\d+: .*broken on purpose/);
  assert.match(messages, /wrongLength: .*5 scores for a group of 6/);
  for (const step of [1, 2]) {
    const metrics = metricsOf(record, step);
    // Of three verdicts on each of six completions, three and six are errors.
    assert.ok(Math.abs((metrics['reward/error_rate'] ?? NaN) - 9 / 18) < 1e-12);
    assert.ok(Math.abs((metrics['reward/timeout_rate'] ?? NaN) - 1 / 18) < 1e-12);
    assert.ok((metrics['grad_norm'] ?? NaN) > 0);
  }
});

/** The value, or the kind of the error. */
function verdictOf(rewards: CompletionRecord['rewards'], name: string): number | string | null {
  const result = rewards[name] ?? assert.fail(`${name} said nothing`);
  return 'error' in result ? result.error.kind : result.value;
}

test(
  'a reward is told the step, or that nothing is trained, and what is read back for scoring it again says the same',
  HANG_LIMIT,
  async () => {
    const project = await makeProject('gpt2');
    const { dir } = await train(project, {
      rewards: [reward('atStep')],
      training: { steps: 2 },
      evaluation: { every: 1 },
    });
    const reader = RunReader.open(dir);
    const records = [...reader.completions()];
    const stepOf = ({ purpose, key }: CompletionRecord): number => (purpose === 'rollout' ? key.step : -1);
    assert.deepEqual(
      records.map(({ rewards }) => rewards['atStep']),
      records.map((record) => ({ value: stepOf(record) })),
    );
    const asked = (['rollout', 'evaluation'] as const).flatMap((purpose) =>
      records.filter((record) => record.purpose === purpose && record.key.step === 2).slice(0, 1),
    );
    const groups = readStoredGroups(
      reader,
      asked.map(({ purpose, split, key: { step, problem } }) => ({ purpose, split, step, problem })),
    );
    assert.deepEqual(
      groups.map(({ step }) => step),
      [2, undefined],
    );
    reader.close();
  },
);
