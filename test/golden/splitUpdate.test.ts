/** An update in two halves: the gradient of its rows, and the optimiser step on a gradient that was summed elsewhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GradientSum } from '../../src/engine/grpo/gradientSum.ts';
import type { UpdateRequest } from '../../src/engine/protocol/compute.ts';
import { NonFiniteError } from '../../src/engine/protocol/errors.ts';
import { experimentSchema } from '../../src/engine/protocol/experiment.ts';
import { assertSameGradients, goldenLoss, goldenRows, openGolden, type Golden } from '../support/golden.ts';

const step = { optimizer: experimentSchema.shape.optimizer.parse({}), learningRate: 0.01, step: 1 };

function requestOf(golden: Golden): Omit<UpdateRequest, 'kind'> {
  const { objective, algorithm, temperature } = goldenLoss('dapo', golden);
  const rows = goldenRows(golden, goldenLoss('dapo', golden));
  const pass = { onPolicy: false, temperature, microBatch: 2, gradientCheckpointing: false, iteration: 0 };
  return { objective, rows, algorithm, ...pass, ...step };
}

const weightsOf = ({ policy }: Golden): Float32Array[] => Array.from(policy.trainable.values(), ({ data }) => data);

test('a gradient and its step are the update, to the last bit', async (context) => {
  const [whole, halves] = [
    await openGolden(context, 'qwen2', { adapter: true }),
    await openGolden(context, 'qwen2', { adapter: true }),
  ];
  for (let time = 0; time < 2; time++) {
    const updated = await whole.learner.update({ kind: 'update', ...requestOf(whole) });
    const descent = await halves.learner.gradient(requestOf(halves));
    const { gradNorm } = await halves.learner.apply({ descent, ...step });
    assert.deepEqual({ ...descent, gradNorm }, { ...updated, gradients: descent.gradients });
    assert.deepEqual(weightsOf(halves), weightsOf(whole));
  }
});

test('the gradients of parts of the rows add up to that of all, and change nothing', async (context) => {
  const golden = await openGolden(context, 'qwen2', { adapter: true });
  const request = requestOf(golden);
  const before = weightsOf(golden).map((data) => data.slice());
  const { gradients, loss } = await golden.learner.gradient(request);
  const total = new GradientSum();
  let sum = 0;
  for (const rows of [request.rows.slice(0, 2), request.rows.slice(2)]) {
    const part = await golden.learner.gradient({ ...request, rows });
    total.add(part.gradients);
    sum += part.loss;
  }
  assertSameGradients(total.gradients, gradients, 'two parts');
  assert.ok(Math.abs(sum - loss) <= 1e-6);
  assert.deepEqual(weightsOf(golden), before);
});

test('a sum that is no number is refused, and no weight is changed', async (context) => {
  const golden = await openGolden(context, 'qwen2', { adapter: true });
  const before = weightsOf(golden).map((data) => data.slice());
  const descent = await golden.learner.gradient(requestOf(golden));
  for (const values of descent.gradients.values()) values.fill(Infinity);
  await assert.rejects(golden.learner.apply({ descent, ...step }), (error) => {
    assert.ok(error instanceof NonFiniteError);
    assert.match(
      error.message,
      /^No update was made: .* Each completion alone gives numbers, and their sum is too large/,
    );
    return true;
  });
  assert.deepEqual(weightsOf(golden), before);
});
