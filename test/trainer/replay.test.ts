/** Promises: a step computed again is the step that was trained, to the last bit, whatever the algorithm; what tokens were to it adds up. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CLIPS, type Replay, type ReplayPass, type ReplayProgress } from '../../src/engine/protocol/replay.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { assertEqualBits, checkOf, replay, trained } from '../support/replays.ts';
import type { TinyModel } from '../support/tinyModel.ts';
import {
  answering,
  HANG_LIMIT,
  makeProject,
  reward,
  train,
  twoTasks,
  type Changes,
} from '../support/trainingProject.ts';

/** The folder's files by path, with the hash of each. */
function contentsOf(dir: string): Record<string, string> {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(
    files
      .filter((name) => statSync(join(dir, name)).isFile())
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(dir, name)))
          .digest('hex'),
      ]),
  );
}

function metricsOf(dir: string, step: number): Readonly<Record<string, number>> {
  const reader = RunReader.open(dir);
  try {
    return reader.metrics(step);
  } finally {
    reader.close();
  }
}

function total(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

function assertNear(found: number | undefined, wanted: number, tolerance: number, what: string): void {
  assert.ok(found !== undefined && Math.abs(found - wanted) <= tolerance, `${what}: ${found}, not ${wanted}`);
}

/** The trained completions' passes of one optimiser step. */
function passesOf(found: Replay, pass: number, miniBatch?: number): ReplayPass[] {
  return found.completions.flatMap((completion) => {
    const own = completion.tokens.passes[pass];
    return completion.trained && own && (miniBatch ?? completion.miniBatch) === completion.miniBatch ? [own] : [];
  });
}

/** What tokens add to the loss is the loss, and their shares are a whole; with the same counts as the run's metrics. */
function assertAddsUp(found: Replay, dir: string): void {
  for (const { pass, miniBatch, loss, trained: rows } of found.updates) {
    const own = passesOf(found, pass, miniBatch);
    assert.equal(own.length, rows);
    if (rows === 0) continue;
    assertNear(total(own.flatMap(({ losses }) => [...losses])), loss, 1e-5, 'loss');
    assertNear(total(own.flatMap(({ shares }) => [...shares])), 1, 1e-5, 'shares');
  }
  const metrics = metricsOf(dir, found.step);
  const all = found.updates
    .map(({ pass }) => pass)
    .flatMap((pass, index, list) => (list.indexOf(pass) === index ? passesOf(found, pass) : []));
  if (metrics['kl'] !== undefined) {
    const kl = all.flatMap((pass) => [...pass.kl]);
    assertNear(total(kl) / kl.length, metrics['kl'], 1e-6, 'kl');
  }
}

const recipes: readonly (readonly [title: string, model: TinyModel, changes: Changes])[] = [
  ['an adapter, two passes', 'gpt2', { lora: { rank: 4 }, training: { steps: 4, iterations: 2 } }],
  ['all weights', 'llama', { full: true, training: { steps: 4 } }],
  [
    'dynamic sampling and mini-batches',
    'gpt2',
    {
      lora: { rank: 4 },
      rewards: [reward('onlyEggs')],
      algorithm: { dynamicSampling: { maxBatches: 6 } },
      training: { miniBatches: 2 },
    },
  ],
  [
    'a KL term, an entropy bonus and passes over mini-batches',
    'llama',
    {
      lora: { rank: 4 },
      algorithm: { beta: 0.1, kl: 'k2', entropyBonus: 0.05, aggregation: 'bnpo' },
      training: { iterations: 3, miniBatches: 2, microBatch: 2 },
    },
  ],
  [
    'truncated draws from a base in 8 bits, of which the only update says the old policy',
    'gpt2',
    {
      lora: { rank: 4 },
      rollout: { weights: 'int8', topK: 20, stop: ['s'] },
      algorithm: { importanceSampling: {}, aggregation: 'grpo', maskTruncated: true },
    },
  ],
  [
    'dropout',
    'llama',
    { lora: { rank: 4, dropout: 0.2 }, algorithm: { tokenLoss: 'dualClip' }, training: { iterations: 2 } },
  ],
  [
    'GSPO with importance sampling and two passes',
    'gpt2',
    {
      lora: { rank: 4 },
      algorithm: { tokenLoss: 'gspo', clip: { low: 0.001, high: 0.001 }, importanceSampling: { mode: 'mask' } },
      training: { iterations: 2 },
    },
  ],
  [
    'CISPO',
    'gpt2',
    { full: true, algorithm: { tokenLoss: 'cispo', aggregation: 'dr_grpo' }, training: { iterations: 2 } },
  ],
  ['SAPO', 'gpt2', { lora: { rank: 4 }, algorithm: { tokenLoss: 'sapo', advantage: 'rloo' } }],
  [
    'two tasks with dynamic sampling',
    'gpt2',
    {
      lora: { rank: 4 },
      tasks: twoTasks,
      rewards: [...answering.rewards, reward('brevity')],
      algorithm: { rewardNormalization: 'each', dynamicSampling: { maxBatches: 3 } },
      training: { problemsPerStep: 3, miniBatches: 3 },
    },
  ],
  [
    'rewards that say something else whenever they are asked',
    'gpt2',
    { lora: { rank: 4 }, rewards: [reward('random')] },
  ],
];
for (const [title, model, changes] of recipes)
  test(`${title}: steps come out as they were trained`, HANG_LIMIT, async () => {
    const dir = await trained(model, changes);
    const before = contentsOf(dir);
    for (const step of [1, 3]) {
      const found = await replay(dir, step);
      assertEqualBits(found);
      assertAddsUp(found, dir);
    }
    assert.deepEqual(contentsOf(dir), before, 'nothing was written into the run');
  });

test('steps before the first state that is kept are gone through again', HANG_LIMIT, async () => {
  const dir = await trained('gpt2', { lora: { rank: 4 }, training: { steps: 5 } });
  // States of steps 4 and 5 are there, and checkpoints of 2, 4 and 5.
  rmSync(join(dir, 'checkpoints/step-2'), { recursive: true });
  const progress: ReplayProgress[] = [];
  const found = await replay(dir, 4, progress);
  assertEqualBits(found);
  assert.deepEqual({ ...found.plan, seconds: 0 }, { from: 0, redone: 3, seconds: 0 });
  assert.ok((found.plan.seconds ?? 0) > 0);
  assert.equal(checkOf(found, 'redone').values, 6);
  assert.equal(checkOf(found, 'state').values, 2);
  assert.deepEqual([...new Set(progress.map(({ step }) => step))], [4, 1, 2, 3, 4].slice(0, 4));
});

test('ratios, clips and the policy after the step', HANG_LIMIT, async () => {
  const changes: Changes = {
    lora: { rank: 4 },
    optimizer: { learningRate: 0.05 },
    algorithm: { clip: { low: 0.01, high: 0.01 } },
  };
  const twice = await trained('gpt2', { ...changes, training: { iterations: 2 } });
  const found = await replay(twice, 1);
  const [first, second] = [passesOf(found, 0), passesOf(found, 1)];
  for (const ratio of first.flatMap(({ ratios }) => [...ratios])) assertNear(ratio, 1, 1e-4, 'ratio of the first pass');
  const clipped = [...first, ...second].flatMap(({ clips }) => [...clips].map((clip) => clip !== CLIPS.none));
  const share = clipped.filter(Boolean).length / clipped.length;
  assert.ok(share > 0);
  const tokens = total(found.completions.map(({ length }) => length)) * 2;
  assertNear((share * clipped.length) / tokens, metricsOf(twice, 1)['clip_ratio/region_mean'] ?? NaN, 1e-9, 'clipped');

  // After one update the policy is the one that a second pass would begin with.
  const once = await replay(await trained('gpt2', changes), 1);
  const after = once.completions.flatMap(({ trained: own, tokens: { after: values } }) => (own ? [...values] : []));
  const begun = second.flatMap(({ logprobs }) => [...logprobs]);
  assert.equal(after.length, begun.length);
  for (const [index, value] of after.entries()) assertNear(value, begun[index] ?? NaN, 1e-5, `token ${index}`);
});

test('rewards that were changed in the middle are those recorded', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const file = join(project.folder, 'rewards.ts');
  const { dir } = await train(
    project,
    { lora: { rank: 4 }, training: { steps: 4 } },
    {
      beforeStep: async (count, swap) => {
        if (count !== 3) return;
        writeFileSync(
          file,
          readFileSync(file, 'utf8').replace("completion === '' ? 0 :", "completion === '' ? 1 : 1 -"),
        );
        await swap();
      },
    },
  );
  // What the files say today is nobody's affair.
  writeFileSync(file, 'this is no code');
  for (const step of [2, 3, 4]) assertEqualBits(await replay(dir, step));
});

test('a run is replayed while it goes on', HANG_LIMIT, async () => {
  let dir = '';
  const found: Replay[] = [];
  const { outcome } = await train(
    await makeProject('gpt2'),
    { lora: { rank: 4 }, training: { steps: 4 } },
    {
      onEvent: (event) => {
        if (event.event === 'started') dir = event.runDir;
      },
      beforeStep: async (count) => {
        if (count === 4) found.push(await replay(dir, 2), await replay(dir, 3));
      },
    },
  );
  assert.equal(outcome, 'finished');
  assert.equal(found.length, 2);
  found.forEach(assertEqualBits);
});
