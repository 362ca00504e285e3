/** A prompt that is computed once for its rows: log-probabilities and gradients are those of rows which each have it for themselves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LossCase } from '../../src/engine/compute/verify/lossCases.ts';
import type { TrainingRow } from '../../src/engine/protocol/compute.ts';
import {
  ARCHITECTURES,
  assertSameGradients,
  assertSameRows,
  goldenLoss,
  goldenRows,
  measureUpdate,
  openGolden,
} from '../support/golden.ts';

/** Rows of different problems share nothing, whatever their prompts are. */
const apart = (rows: readonly TrainingRow[]): TrainingRow[] =>
  rows.map((row, problem) => ({ ...row, key: { ...row.key, problem } }));

/** Rows cut to their first tokens. */
const cut = (row: TrainingRow, length: number): TrainingRow => ({
  ...row,
  tokens: row.tokens.slice(0, length),
  weights: row.weights.slice(0, length),
  oldLogprobs: row.oldLogprobs.slice(0, length),
  referenceLogprobs: row.referenceLogprobs?.slice(0, length) ?? null,
  rolloutLogprobs: row.rolloutLogprobs?.slice(0, length) ?? null,
});

const tokensOf = (rows: readonly TrainingRow[]): number =>
  rows.reduce((sum, { prompt, tokens }) => sum + prompt.length + tokens.length - 1, 0);

for (const name of ARCHITECTURES)
  for (const adapter of [false, true])
    test(`${name}${adapter ? ' with an adapter' : ''}: rows that share prompts, rows apart, and rows one by one`, async (context) => {
      const golden = await openGolden(context, name, { adapter });
      const grpo = goldenLoss('dapo', golden);
      // The entropy has a gradient of its own through the state that all completions of a prompt begin at.
      const lossCase: LossCase = { ...grpo, algorithm: { ...grpo.algorithm, entropyBonus: 0.01 } };
      const whole = goldenRows(golden, lossCase);
      // A single token is predicted by the prompt alone; and of two groups one may be of one row.
      const batches = [whole, whole.map((row, index) => (index % 3 === 1 ? cut(row, 1) : row)), whole.slice(2)];
      for (const rows of [...batches, whole.map((row) => cut(row, 1))]) {
        const shared = await measureUpdate(golden.learner, lossCase, rows);
        for (const microBatch of [rows.length, 1]) {
          const single = await measureUpdate(golden.learner, lossCase, apart(rows), { microBatch });
          const what = `micro-batches of ${microBatch}`;
          assertSameRows(shared.logprobs, single.logprobs, what);
          assertSameRows(shared.entropies, single.entropies, what);
          assertSameGradients(shared.gradients, single.gradients, what);
          assert.equal(single.tokensTrained, tokensOf(rows));
        }
        assert.ok(shared.tokensTrained < tokensOf(rows), 'prompts are computed once');
      }
    });
