/** The gradient of an optimiser step does not depend on how its rows are split into micro-batches. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertSameGradients,
  assertSameRows,
  goldenLoss,
  goldenRows,
  measureUpdate,
  openGolden,
} from '../support/golden.ts';

const cases = [
  { name: 'gpt2', adapter: false, loss: 'dapo' },
  { name: 'llama', adapter: false, loss: 'gspo' },
  { name: 'llama3-rope-scaling', adapter: false, loss: 'dapo_entropy_bonus_0.01' },
  { name: 'qwen2', adapter: false, loss: 'sft' },
  { name: 'qwen2', adapter: true, loss: 'dapo_tis_c2' },
] as const;

/**
 * Tokens computed, by rows in a micro-batch: of the 43 of six completions all but their last, and the prompts of 5 and 9 tokens of two
 * groups of three, once in each micro-batch that has one of their rows.
 */
const COMPUTED = { 1: 37 + 3 * 5 + 3 * 9, 2: 37 + 2 * 5 + 2 * 9, 3: 37 + 5 + 9, 6: 37 + 5 + 9 } as const;

for (const { name, adapter, loss } of cases)
  test(`${name}${adapter ? ' with an adapter' : ''}: ${loss} in micro-batches of 1, 2, 3 and 6 rows`, async (context) => {
    const golden = await openGolden(context, name, { adapter });
    const lossCase = goldenLoss(loss, golden);
    const rows = goldenRows(golden, lossCase);
    const whole = await measureUpdate(golden.learner, lossCase, rows, { microBatch: 6 });
    assert.equal(whole.tokensTrained, COMPUTED[6]);
    for (const microBatch of [1, 2, 3] as const) {
      const split = await measureUpdate(golden.learner, lossCase, rows, { microBatch });
      const what = `micro-batches of ${microBatch}`;
      assertSameGradients(split.gradients, whole.gradients, what);
      assertSameRows(split.logprobs, whole.logprobs, `${what}, log-probabilities`);
      assertSameRows(split.entropies, whole.entropies, `${what}, entropies`);
      assert.ok(Math.abs(split.loss - whole.loss) <= 1e-5, what);
      assert.ok(Math.abs(split.gradNorm / whole.gradNorm - 1) <= 1e-5, what);
      assert.equal(split.tokensTrained, COMPUTED[microBatch]);
    }
  });
