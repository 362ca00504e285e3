/** The WebGPU provider against PyTorch's values and the CPU's, on a graphics card in software. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { ComputeClient } from '../../src/engine/compute/client.ts';
import type { Completion } from '../../src/engine/protocol/completion.ts';
import type { LoadReply, LoadRequest, TrainingRow, UpdateReply } from '../../src/engine/protocol/compute.ts';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { experimentSchema } from '../../src/engine/protocol/experiment.ts';
import { finish, jsonLines, start } from '../cli/rlvr.ts';
import { temporaryFolder } from '../run/samples.ts';
import { assertSameRows, goldenFolder } from '../support/golden.ts';
import { PLAIN, request } from '../support/rollout.ts';
import { NO_SWIFT_SHADER, SWIFT_SHADER } from '../support/swiftShader.ts';
import { writeTinyModel } from '../support/tinyModel.ts';

/** Log-probabilities of the same model in float32, summed in other orders: the golden values' tolerance. */
const LOGPROB_TOLERANCE = 2e-4;
/** Of a loss and of a gradient's norm, relative to it or to 1. */
const NUMBER_TOLERANCE = 1e-4;

// Between them: layer and root-mean-square norms, learned and rotary positions, both kinds of gates; forward, and back to an adapter's
// weights. Gradients of a model's own weights are not among it: `rlvr verify` without an adapter holds those, on whatever card there is.
for (const architecture of ['gpt2', 'llama'] as const)
  test(`${architecture}: logits and an adapter's gradients are PyTorch's`, { skip: NO_SWIFT_SHADER }, async () => {
    const folder = goldenFolder(architecture);
    const reference = path.join(folder, 'adapter/golden.safetensors');
    const asked = ['verify', folder, '--adapter', path.join(folder, 'adapter'), '--reference', reference];
    const { code, stdout, stderr } = await finish(
      start([...asked, '--device', 'webgpu', '--json'], folder, { ...SWIFT_SHADER }),
    );
    assert.equal(code, 0, `${stdout}${stderr}`);
    const names = jsonLines(stdout).flatMap(({ event, name }) => (event === 'check' ? [String(name)] : []));
    for (const expected of ['logits', 'losses.dapo', 'grad_norm.dapo']) assert.ok(names.includes(expected), expected);
    assert.ok(names.filter((name) => name.startsWith('grad.')).length >= 16);
  });

test('a step from sampling to update is that of the CPU', { skip: NO_SWIFT_SHADER }, async () => {
  const model = path.join(temporaryFolder(), 'model');
  await writeTinyModel(model, 'llama');
  const cpu = await aStep(model, 'cpu', {});
  const gpu = await aStep(model, 'webgpu', SWIFT_SHADER);
  assert.deepEqual([gpu.loaded.provider, gpu.loaded.warnings], ['webgpu', []]);

  for (const [index, { tokens, logprobs }] of cpu.sampled.entries()) {
    assert.deepEqual(gpu.sampled[index]?.tokens, tokens, `tokens of completion ${index}`);
    assertSameRows([gpu.sampled[index].logprobs], [logprobs], `completion ${index}`, LOGPROB_TOLERANCE);
  }
  assertSameRows(gpu.updated.logprobs, cpu.updated.logprobs, 'scored by the update', LOGPROB_TOLERANCE);
  assert.ok(cpu.updated.gradNorm > 0);
  for (const name of ['loss', 'gradNorm'] as const) {
    const [actual, expected] = [gpu.updated[name], cpu.updated[name]];
    assert.ok(
      Math.abs(actual - expected) <= NUMBER_TOLERANCE * Math.max(1, Math.abs(expected)),
      `${name}: ${actual}, ${expected}`,
    );
  }
  assert.notDeepEqual(gpu.updated.logprobs, cpu.updated.logprobs, 'not a bit is rounded otherwise: was it the CPU?');
});

test('weights of 16 bits are refused by a card that has no such numbers', { skip: NO_SWIFT_SHADER }, async () => {
  const model = path.join(temporaryFolder(), 'model');
  await writeTinyModel(model, 'llama');
  const asked = withCompute(SWIFT_SHADER, (compute) =>
    compute.request({ ...loadRequest(model, 'webgpu'), rolloutWeights: 'float16' }),
  );
  await assert.rejects(asked, (error) => error instanceof UserError && error.message.includes('numbers of 16 bits'));
});

interface Step {
  readonly loaded: LoadReply;
  readonly sampled: readonly Completion[];
  readonly updated: UpdateReply;
}

/** Has something done by a compute process with these variables. */
async function withCompute<T>(
  environment: Readonly<Record<string, string>>,
  use: (compute: ComputeClient) => Promise<T>,
): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, environment);
  const compute = new ComputeClient();
  process.env = before;
  try {
    return await use(compute);
  } finally {
    compute.kill();
  }
}

const loadRequest = (model: string, device: string): LoadRequest => ({
  kind: 'load',
  model,
  lora: { rank: 2, alpha: 4, dropout: 0, targets: 'all-linear', rankStabilized: false, base: 'float32' },
  rolloutWeights: 'float32',
  state: null,
  seed: 5,
  device,
  threads: 1,
});

/** Samples two groups, and trains on them, in a compute process as a run has it. */
function aStep(model: string, device: string, environment: Readonly<Record<string, string>>): Promise<Step> {
  return withCompute(environment, async (compute) => {
    const loaded = await compute.request(loadRequest(model, device));
    const asked = request(
      [
        [5, 9, 30, 77],
        [8, 2],
      ],
      { samples: 2, sampling: PLAIN, maxCompletionLength: 6 },
    );
    const groups: (readonly Completion[])[] = [];
    await compute.request(asked, { onGroup: ({ group, completions }) => (groups[group] = completions) });
    const sampled = groups.flat();
    const rows = sampled.map((completion, index): TrainingRow => {
      const { prompt = new Int32Array(), keys = [] } = asked.groups[Math.floor(index / 2)] ?? {};
      const { tokens, logprobs } = completion;
      return {
        key: keys[index % 2] ?? assert.fail(),
        prompt,
        tokens,
        advantage: index % 2 === 0 ? 1 : -1,
        oldLogprobs: logprobs,
        referenceLogprobs: null,
        rolloutLogprobs: null,
        weights: new Float32Array(tokens.length).fill(1 / tokens.length),
      };
    });
    const updated = await compute.request({
      kind: 'update',
      objective: 'policy',
      rows,
      algorithm: experimentSchema.shape.algorithm.parse({}),
      onPolicy: false,
      temperature: 1,
      microBatch: rows.length,
      gradientCheckpointing: false,
      optimizer: experimentSchema.shape.optimizer.parse({}),
      learningRate: 1e-3,
      iteration: 0,
    });
    return { loaded, sampled, updated };
  });
}
