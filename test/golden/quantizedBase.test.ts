/** Adapters on a base in few bits: what the gradient is, of which matrices, and that it is the same each time. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test, type TestContext } from 'node:test';
import { matmul } from '../../src/engine/onnx/operations.ts';
import type { FrozenMatrices } from '../../src/engine/model/frozenMatrix.ts';
import { loadModel } from '../../src/engine/model/loadModel.ts';
import { frozenParameters } from '../../src/engine/model/parameters.ts';
import type { Policy } from '../../src/engine/model/policy.ts';
import { quantizedWeights, type QuantizedForm } from '../../src/engine/model/quantizedWeights.ts';
import {
  ARCHITECTURES,
  goldenFolder,
  goldenLoss,
  goldenRows,
  measureUpdate,
  openGolden,
  openLearner,
  type Gradients,
  type GoldenName,
} from '../support/golden.ts';

const cache = mkdtempSync(path.join(tmpdir(), 'rlvr-base-'));
after(() => rmSync(cache, { recursive: true }));

/** The golden models are random and have 32 to 64 values a row: bounds that real models are far within. */
const LEAST_COSINE = { float16: 0.99999, int8: 0.99, int4: 0.6 } as const;
/** And with the gradient of the same matrices where nothing is rounded. 4 bits are turned back into float32, of which nothing is. */
const LEAST_COSINE_OF_MATRICES = { float16: 0.99999, int8: 0.995, int4: 0.999999 } as const;

async function quantized(policy: Policy, name: GoldenName, form: QuantizedForm): Promise<Policy> {
  const model = await loadModel(goldenFolder(name));
  const { weightsFolder, weights, matrices } = await quantizedWeights(model, form, cache);
  return { ...policy, weightsFolder, parameters: frozenParameters(weights), matrices };
}

/** The same matrices with products in float32 that round nothing. */
function unrounded(matrices: FrozenMatrices): FrozenMatrices {
  return (graph, weight) => {
    const matrix = matrices(graph, weight);
    return (
      matrix && {
        ...matrix,
        forward: (x) => matmul(x, matrix.dequantized(), { transB: true }),
        backward: (dy) => matmul(dy, matrix.dequantized()),
      }
    );
  };
}

async function gradientsOf(
  context: TestContext,
  name: GoldenName,
  change: (policy: Policy) => Promise<Policy> | Policy,
  gradientCheckpointing = false,
): Promise<Gradients> {
  const golden = await openGolden(context, name, { adapter: true });
  const policy = await change(golden.policy);
  const lossCase = goldenLoss('grpo_on_policy_no_kl', golden);
  const rows = goldenRows(golden, lossCase);
  return (await measureUpdate(openLearner(context, policy), lossCase, rows, { gradientCheckpointing })).gradients;
}

function cosine(one: Gradients, other: Gradients): number {
  let [product, square, otherSquare] = [0, 0, 0];
  for (const [name, gradient] of one)
    for (const [index, value] of gradient.entries()) {
      const second = other.get(name)?.[index] ?? NaN;
      product += value * second;
      square += value * value;
      otherSquare += second * second;
    }
  return product / Math.sqrt(square * otherSquare);
}

/** Between them both layouts of a matrix, which is all that 16 bits know of an architecture. */
const WITH_HALVES: readonly GoldenName[] = ['gpt2', 'llama'];

for (const name of ARCHITECTURES)
  describe(name, () => {
    for (const form of [...(WITH_HALVES.includes(name) ? (['float16'] as const) : []), 'int8', 'int4'] as const)
      test(`${form}: the gradient is nearly that of float32, and that of the matrices that are multiplied with`, async (context) => {
        const exact = await gradientsOf(context, name, (policy) => policy);
        const got = await gradientsOf(context, name, (policy) => quantized(policy, name, form));
        const ofMatrices = await gradientsOf(context, name, async (policy) => {
          const base = await quantized(policy, name, form);
          return { ...base, matrices: unrounded(base.matrices ?? assert.fail('it has matrices')) };
        });
        const [toExact, toMatrices] = [cosine(got, exact), cosine(got, ofMatrices)];
        context.diagnostic(
          `cosine with float32 ${toExact.toFixed(5)}, with the same matrices ${toMatrices.toFixed(7)}`,
        );
        assert.ok(toExact > LEAST_COSINE[form] && toExact < 1 - 1e-9, `${toExact}`);
        assert.ok(toMatrices > LEAST_COSINE_OF_MATRICES[form], `${toMatrices}`);
      });
  });

test('gradients are the same bytes each time, and with layers that are computed a second time for them', async (context) => {
  for (const [name, form] of [
    ['llama', 'int8'],
    ['gpt2', 'int4'],
  ] as const) {
    const measured = (gradientCheckpointing: boolean) =>
      gradientsOf(context, name, (policy) => quantized(policy, name, form), gradientCheckpointing);
    const first = await measured(false);
    assert.deepEqual(await measured(false), first);
    assert.deepEqual(await measured(true), first);
  }
});
