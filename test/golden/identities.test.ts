/** What must hold whatever the weights are; on the golden models for their rows. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { openPolicy } from '../../src/engine/compute/openPolicy.ts';
import { computeLogits } from '../../src/engine/compute/verify/forwardChecks.ts';
import type { LossCase } from '../../src/engine/compute/verify/lossCases.ts';
import { updateMetrics } from '../../src/engine/grpo/updateMetrics.ts';
import { loadModel } from '../../src/engine/model/loadModel.ts';
import { loraA, loraB } from '../../src/engine/model/lora.ts';
import type { Policy } from '../../src/engine/model/policy.ts';
import { readSafetensors, type Tensor } from '../../src/engine/model/tensorData.ts';
import type { AlgorithmConfig } from '../../src/engine/protocol/experiment.ts';
import {
  ARCHITECTURES,
  assertSameGradients,
  assertSameRows,
  goldenFolder,
  goldenLoss,
  goldenRows,
  measureUpdate,
  openGolden,
  type GoldenName,
} from '../support/golden.ts';
import { numbers } from '../support/onnx.ts';
import { writeTensors } from '../support/safetensors.ts';

const RUNTIME = { providers: ['cpu'], threads: 1, signal: new AbortController().signal };

const withAlgorithm = (lossCase: LossCase, changes: Partial<AlgorithmConfig>): LossCase => ({
  ...lossCase,
  algorithm: { ...lossCase.algorithm, ...changes },
});

for (const name of ARCHITECTURES) {
  test(`${name}: at ratio 1, GSPO's gradient is GRPO's`, async (context) => {
    const golden = await openGolden(context, name);
    const grpo = goldenLoss('grpo_on_policy_no_kl', golden);
    const rows = goldenRows(golden, grpo);
    const { gradients: expected } = await measureUpdate(golden.learner, grpo, rows);
    const gspo = withAlgorithm(grpo, { tokenLoss: 'gspo', clip: goldenLoss('gspo', golden).algorithm.clip });
    const { gradients } = await measureUpdate(golden.learner, gspo, rows);
    assertSameGradients(gradients, expected, 'gspo');
  });

  test(`${name}: a KL term to the policy itself is 0 and pulls nowhere, with k2 and k3`, async (context) => {
    const golden = await openGolden(context, name);
    const without = goldenLoss('cispo', golden);
    const rows = goldenRows(golden, without);
    const expected = await measureUpdate(golden.learner, without, rows);
    const itself = rows.map((row, index) => ({ ...row, referenceLogprobs: expected.logprobs[index] ?? null }));
    for (const kl of ['k2', 'k3'] as const) {
      const reply = await measureUpdate(golden.learner, withAlgorithm(without, { beta: 1, kl }), itself);
      assert.ok(Math.abs(reply.loss - expected.loss) <= 1e-6, `${kl}: ${reply.loss} is not ${expected.loss}`);
      assertSameGradients(reply.gradients, expected.gradients, kl);
      const outcome = { rows: itself, trained: [...itself.keys()], reply };
      const metric = updateMetrics([outcome], without.algorithm)['kl'] ?? NaN;
      assert.ok(Math.abs(metric) <= 1e-10, `${kl}: the metric kl is ${metric}`);
    }
    // k1 is 0 as well, but its gradient is not: it pulls every log-probability down.
    const k1 = await measureUpdate(golden.learner, withAlgorithm(without, { beta: 1, kl: 'k1' }), itself);
    assert.ok(Math.abs(k1.loss - expected.loss) <= 1e-5);
    assert.throws(() => assertSameGradients(k1.gradients, expected.gradients, 'k1'));
  });

  test(`${name}: an update that is its own old policy has the gradient of one after a scoring pass`, async (context) => {
    const golden = await openGolden(context, name);
    const truncated = goldenLoss('dapo_tis_c2', golden);
    const range = { cap: 1.1, low: 0.8, high: 1.1 };
    const inParts = { microBatch: 2, gradientCheckpointing: true };
    for (const [mode, tokenLoss, parts] of [
      ['truncate', 'clipped', {}],
      ['mask', 'gspo', inParts],
    ] as const) {
      const lossCase = withAlgorithm(truncated, { tokenLoss, importanceSampling: { mode, ...range } });
      const rows = goldenRows(golden, lossCase);
      const { temperature } = lossCase;
      const { logprobs } = await golden.learner.score({ rows, temperature, microBatch: 3, dropout: false });
      const scored = rows.map((row, index) => ({ ...row, oldLogprobs: logprobs[index] ?? row.oldLogprobs }));
      const expected = await measureUpdate(golden.learner, lossCase, scored);
      const own = await measureUpdate(golden.learner, lossCase, rows, { onPolicy: true, ...parts });
      assertSameGradients(own.gradients, expected.gradients, mode);
      assertSameRows(own.logprobs, logprobs, mode);
      assert.ok(Math.abs(own.loss - expected.loss) <= 1e-6, `${mode}: ${own.loss} is not ${expected.loss}`);
      const other = await measureUpdate(golden.learner, lossCase, rows);
      assert.throws(() => assertSameGradients(own.gradients, other.gradients, mode), 'another old policy shows');
    }
  });

  test(`${name}: the order of rows, and rows without weight, change nothing`, async (context) => {
    const golden = await openGolden(context, name);
    const lossCase = goldenLoss('dapo', golden);
    const rows = goldenRows(golden, lossCase);
    const expected = await measureUpdate(golden.learner, lossCase, rows);
    const reversed = await measureUpdate(golden.learner, lossCase, rows.toReversed());
    assertSameGradients(reversed.gradients, expected.gradients, 'reversed');
    assertSameRows(reversed.logprobs.toReversed(), expected.logprobs, 'reversed');

    const [first] = rows;
    assert.ok(first);
    // Longer than the others, so that these get padding columns, too.
    const weightless = {
      ...first,
      tokens: new Int32Array(30).fill(7),
      weights: new Float32Array(30),
      oldLogprobs: new Float32Array(30).fill(-5),
      referenceLogprobs: new Float32Array(30).fill(-5),
      rolloutLogprobs: new Float32Array(30).fill(-5),
    };
    const padded = await measureUpdate(golden.learner, lossCase, [weightless, ...rows]);
    assertSameGradients(padded.gradients, expected.gradients, 'with a row of weight 0');
    assertSameRows(padded.logprobs.slice(1), expected.logprobs, 'with a row of weight 0');
  });

  test(`${name}: an adapter whose B is 0 leaves the policy as it is`, async (context) => {
    const { policy: without, reference } = await openGolden(context, name);
    const { current: policy } = await openPolicy(await loadModel(goldenFolder(name)), {
      lora: { rank: 4, alpha: 32, dropout: 0.5, targets: 'all-linear', rankStabilized: false },
      state: null,
      seed: 3,
    });
    const logits = await computeLogits({ ...RUNTIME, policy: without, reference });
    const fresh = await computeLogits({ ...RUNTIME, policy, reference });
    assert.deepEqual(fresh, logits);
    for (const [tensor, { data }] of policy.trainable) if (tensor.endsWith('lora_B.weight')) data.fill(0.01);
    assert.notDeepEqual(await computeLogits({ ...RUNTIME, policy, reference }), logits);
  });

  test(`${name}: merging the adapter into the weights leaves the policy as it is`, async (context) => {
    const { policy: adapted, reference } = await openGolden(context, name, { adapter: true });
    const merged = await mergedModel(context, name, adapted);
    const { current: policy } = await openPolicy(await loadModel(merged), { lora: null, state: null, seed: 0 });
    const expected = await computeLogits({ ...RUNTIME, policy: adapted, reference });
    const logits = await computeLogits({ ...RUNTIME, policy, reference });
    assert.deepEqual(logits.dims, expected.dims);
    const actual = numbers(logits);
    const worst = Math.max(...numbers(expected).map((value, at) => Math.abs((actual[at] ?? NaN) - value)));
    assert.ok(worst <= 2e-5, `the largest difference is ${worst}`);
  });
}

/** The model with W + scale B A in place of each adapted weight, as a folder. */
async function mergedModel(context: TestContext, name: GoldenName, { adapter, trainable }: Policy): Promise<string> {
  assert.ok(adapter);
  const folder = await mkdtemp(path.join(tmpdir(), 'merged-'));
  context.after(() => rm(folder, { recursive: true }));
  await cp(path.join(goldenFolder(name), 'config.json'), path.join(folder, 'config.json'));
  const weights = await readSafetensors(path.join(goldenFolder(name), 'model.safetensors'));
  for (const [module, { rank, scale, inFeatures, outFeatures }] of adapter.modules) {
    const weight = weights.get(`${module}.weight`);
    const a = trainable.get(loraA(module));
    const b = trainable.get(loraB(module));
    assert.ok(weight && a && b);
    for (let output = 0; output < outFeatures; output++)
      for (let input = 0; input < inFeatures; input++) {
        let change = 0;
        for (let r = 0; r < rank; r++)
          change += (b.data[output * rank + r] ?? NaN) * (a.data[r * inFeatures + input] ?? NaN);
        addAt(weight, name === 'gpt2' ? [input, output] : [output, input], scale * change);
      }
  }
  await writeTensors(path.join(folder, 'model.safetensors'), weights);
  return folder;
}

function addAt({ shape, data }: Tensor, [row, column]: readonly [number, number], change: number): void {
  const at = row * (shape[1] ?? NaN) + column;
  data[at] = (data[at] ?? NaN) + change;
}
