/** The pure mathematics of GRPO against PyTorch's values on the golden batch: advantages, aggregation and metrics. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { advantages } from '../../src/engine/grpo/advantage.ts';
import { aggregate, type AggregationName } from '../../src/engine/grpo/aggregation.ts';
import { splitInOrder } from '../../src/engine/grpo/batching.ts';
import { k3, logRatio } from '../../src/engine/grpo/logRatio.ts';
import { updateMetrics } from '../../src/engine/grpo/updateMetrics.ts';
import { readSafetensors } from '../../src/engine/model/tensorData.ts';
import type { TrainingRow } from '../../src/engine/protocol/compute.ts';
import { advantageNames } from '../../src/engine/protocol/experiment.ts';

const goldenSchema = z.object({
  group_size: z.int(),
  max_completion_length: z.int(),
  epsilon: z.number(),
  epsilon_high: z.number(),
  beta: z.number(),
  losses: z.record(z.string(), z.number()),
  advantages: z.record(z.string(), z.array(z.number())),
  kl_k3_mean: z.number(),
  entropy_mean: z.number(),
  clip_ratio: z.object({ low: z.number(), high: z.number() }),
});

/** Per token of one completion. */
interface GoldenRow {
  readonly logprobs: Float32Array;
  readonly oldLogprobs: Float32Array;
  readonly referenceLogprobs: Float32Array;
  readonly entropies: Float32Array;
  readonly advantage: number;
}

interface Golden extends z.output<typeof goldenSchema> {
  readonly rewards: readonly number[];
  readonly rows: readonly GoldenRow[];
}

async function readGolden(architecture: string): Promise<Golden> {
  const folder = path.join(import.meta.dirname, '../fixtures/golden', architecture);
  const numbers = goldenSchema.parse(JSON.parse(await readFile(path.join(folder, 'golden.json'), 'utf8')));
  const tensors = await readSafetensors(path.join(folder, 'golden.safetensors'));
  const values = (name: string): Float32Array => {
    const tensor = tensors.get(name);
    assert.ok(tensor !== undefined, `the golden file has ${name}`);
    return tensor.data;
  };
  const rewards = [...values('rewards')];
  // The mask is over tokens, the other tensors over predictions of the next token.
  const time = values('completion_mask').length / rewards.length;
  const completionOf = (name: string, row: number): Float32Array =>
    values(name)
      .subarray(row * (time - 1), (row + 1) * (time - 1))
      .filter((_, position) => values('completion_mask')[row * time + position + 1] === 1);
  const rows = rewards.map((_, row) => ({
    logprobs: completionOf('logprobs', row),
    oldLogprobs: completionOf('old_logprobs', row),
    referenceLogprobs: completionOf('ref_logprobs', row),
    entropies: completionOf('entropy', row),
    advantage: values('advantages')[row] ?? NaN,
  }));
  return { ...numbers, rewards, rows };
}

/** The clipped loss with its k3 term, aggregated; `maskedRow` was cut by length. */
function lossOf(golden: Golden, aggregation: AggregationName, maskedRow?: number): number {
  const weighed = aggregate(
    golden.rows.map((row, index) => ({
      length: row.logprobs.length,
      advantage: row.advantage,
      truncated: index === maskedRow,
    })),
    {
      algorithm: { aggregation, maskTruncated: true, beta: golden.beta, entropyBonus: 0 },
      maxCompletionLength: golden.max_completion_length,
      microBatches: splitInOrder([0, 1, 2, 3, 4, 5], 2),
    },
  );
  let total = 0;
  golden.rows.forEach(({ logprobs, oldLogprobs, referenceLogprobs, advantage }, index) => {
    for (const [token, logprob] of logprobs.entries()) {
      const ratio = Math.exp(logRatio(logprob, oldLogprobs[token] ?? NaN));
      const clipped = Math.max(1 - golden.epsilon, Math.min(1 + golden.epsilon_high, ratio));
      const policy = -Math.min(ratio * advantage, clipped * advantage);
      const kl = k3(logprob, referenceLogprobs[token] ?? NaN);
      total += (weighed[index]?.weights[token] ?? NaN) * (policy + golden.beta * kl);
    }
  });
  return total;
}

function near(actual: number | undefined, expected: number | undefined, tolerance: number, what: string): void {
  assert.ok(Math.abs((actual ?? NaN) - (expected ?? NaN)) <= tolerance, `${what}: ${actual} is not ${expected}`);
}

for (const architecture of ['gpt2', 'llama', 'llama3-rope-scaling', 'qwen2']) {
  test(`${architecture}: every advantage`, async () => {
    const golden = await readGolden(architecture);
    assert.deepEqual(Object.keys(golden.advantages).sort(), [...advantageNames].sort());
    for (const name of advantageNames) {
      advantages(golden.rewards, golden.group_size, name).forEach((advantage, row) => {
        near(advantage, golden.advantages[name]?.[row], 1e-5, `${name}[${row}]`);
      });
    }
  });

  test(`${architecture}: every aggregation, and a masked row`, async () => {
    const golden = await readGolden(architecture);
    near(lossOf(golden, 'grpo'), golden.losses['grpo'], 1e-5, 'grpo');
    near(lossOf(golden, 'dapo'), golden.losses['dapo'], 1e-5, 'dapo');
    near(lossOf(golden, 'dr_grpo'), golden.losses['dr_grpo'], 1e-5, 'dr_grpo');
    near(lossOf(golden, 'bnpo'), golden.losses['bnpo_micro2'], 1e-5, 'bnpo');
    near(lossOf(golden, 'dapo', 1), golden.losses['dapo_mask_truncated_row1'], 1e-5, 'row 1 masked');
  });

  test(`${architecture}: clip ratios, KL and entropy`, async () => {
    const golden = await readGolden(architecture);
    const rows = golden.rows.map((row): TrainingRow => ({
      key: { step: 1, problem: 0, occurrence: 0, round: 0, sample: 0 },
      prompt: Int32Array.of(1),
      tokens: new Int32Array(row.logprobs.length),
      advantage: row.advantage,
      oldLogprobs: row.oldLogprobs,
      referenceLogprobs: row.referenceLogprobs,
      rolloutLogprobs: null,
      weights: new Float32Array(row.logprobs.length).fill(1),
    }));
    const outcome = {
      rows,
      trained: rows.map((_, index) => index),
      reply: {
        loss: 0,
        gradNorm: 0,
        logprobs: golden.rows.map((row) => row.logprobs),
        entropies: golden.rows.map((row) => row.entropies),
      },
    };
    const clip = { low: golden.epsilon, high: golden.epsilon_high, dual: 3, cap: 5, tauPositive: 1, tauNegative: 1 };
    const metrics = updateMetrics([outcome], { tokenLoss: 'clipped', clip });
    near(metrics['clip_ratio/low_mean'], golden.clip_ratio.low, 1e-6, 'low');
    near(metrics['clip_ratio/high_mean'], golden.clip_ratio.high, 1e-6, 'high');
    near(metrics['kl'], golden.kl_k3_mean, 1e-5, 'kl');
    near(metrics['entropy'], golden.entropy_mean, 1e-5, 'entropy');
  });
}
