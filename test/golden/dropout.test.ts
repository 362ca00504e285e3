/** LoRA dropout: its mask is fair, unbiased, and belongs to the token and not to the micro-batch. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packDropoutKeys } from '../../src/engine/grpo/packedSequences.ts';
import { TokenDropout } from '../../src/engine/model/lora.ts';
import { Graph } from '../../src/engine/onnx/graph.ts';
import type { TrainingRow } from '../../src/engine/protocol/compute.ts';
import {
  assertSameGradients,
  assertSameRows,
  goldenLoss,
  goldenRows,
  measureUpdate,
  openGolden,
} from '../support/golden.ts';
import { numbers, runOnce } from '../support/onnx.ts';

const FEATURES = 64;
const ROWS = 16;
const TIME = 256;
const TOKENS = ROWS * TIME;
/** Standard deviations that a sum of fair draws may be off; beyond it with a probability of 6e-7 per number tested. */
const SIGMAS = 5;

/** Rows of problems of their own, of which every position but the last gets a key. */
const rows = Array.from({ length: ROWS }, (_, problem): TrainingRow => {
  const values = new Float32Array(TIME);
  return {
    key: { step: 3, problem, occurrence: 0, round: 0, sample: 2 },
    prompt: Int32Array.of(1),
    tokens: new Int32Array(TIME),
    advantage: 1,
    oldLogprobs: values,
    referenceLogprobs: null,
    rolloutLogprobs: null,
    weights: values,
  };
});

/** What dropout makes of ones at several modules, `[site][token * FEATURES + feature]`. */
async function dropped(rate: number, sites: readonly number[], iteration = 0): Promise<number[][]> {
  const graph = new Graph();
  const keys = graph.input('keys', 'int64', ['tokens']);
  const x = graph.input('x', 'float32', ['tokens', FEATURES]);
  const dropout = new TokenDropout(keys, rate);
  const outputs = sites.map((site) => dropout.apply(x, site));
  const ones = { data: new Float32Array(TOKENS * FEATURES).fill(1), dims: [TOKENS, FEATURES] };
  const results = await runOnce(graph, outputs, { keys: packDropoutKeys(rows, 9, iteration), x: ones });
  return results.map(numbers);
}

function assertShare(dropped: number, draws: number, rate: number, what: string): void {
  const sigma = Math.sqrt(draws * rate * (1 - rate));
  assert.ok(
    Math.abs(dropped - draws * rate) <= SIGMAS * sigma,
    `${what}: ${dropped} of ${draws} are dropped, rate ${rate}`,
  );
}

for (const rate of [0.05, 0.1, 0.5])
  test(`dropout ${rate}: as many elements as asked for, in all, by feature and by token; the rest is scaled up`, async () => {
    const [values] = await dropped(rate, [0]);
    assert.ok(values);
    const zero = (value: number): number => (value === 0 ? 1 : 0);
    assert.ok(values.every((value) => value === 0 || value === Math.fround(1 / (1 - rate))));
    assertShare(
      values.reduce((sum, value) => sum + zero(value), 0),
      values.length,
      rate,
      'all',
    );
    for (let feature = 0; feature < FEATURES; feature++) {
      let count = 0;
      for (let token = 0; token < TOKENS; token++) count += zero(values[token * FEATURES + feature] ?? NaN);
      assertShare(count, TOKENS, rate, `feature ${feature}`);
    }
    for (let token = 0; token < TOKENS; token++) {
      const count = values.slice(token * FEATURES, (token + 1) * FEATURES).reduce((sum, value) => sum + zero(value), 0);
      assertShare(count, FEATURES, rate, `token ${token}`);
    }
    // The mean of what was 1: unbiased.
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const sigma = Math.sqrt(rate / (1 - rate) / values.length);
    assert.ok(Math.abs(mean - 1) <= SIGMAS * sigma, `the mean is ${mean}`);
  });

test('dropout: features, modules, tokens and passes are dropped independently of each other', async () => {
  const rate = 0.3;
  const [first, second] = await dropped(rate, [0, 1]);
  const [later] = await dropped(rate, [0], 1);
  assert.ok(first && second && later);
  const both = (a: readonly number[], b: readonly number[], shift: number): void => {
    let draws = 0;
    let together = 0;
    for (let at = 0; at + shift < a.length; at++) {
      draws += 1;
      if (a[at] === 0 && b[at + shift] === 0) together += 1;
    }
    assertShare(together, draws, rate * rate, `shifted by ${shift}`);
  };
  for (const shift of [1, 2, 7, FEATURES - 1]) both(first, first, shift);
  for (const shift of [FEATURES, 2 * FEATURES, TIME * FEATURES]) both(first, first, shift);
  both(first, second, 0);
  both(first, later, 0);
});

test("a token's mask is the same in whatever micro-batch, another in another pass, and none in scoring", async (context) => {
  const golden = await openGolden(context, 'llama', { adapter: true, dropout: 0.3 });
  const plain = await openGolden(context, 'llama', { adapter: true });
  assertSameRows(golden.current, plain.current, 'scores', 0);
  const lossCase = goldenLoss('dapo', golden);
  const rows = goldenRows(golden, lossCase);
  const whole = await measureUpdate(golden.learner, lossCase, rows, { microBatch: 6 });
  assert.throws(() => assertSameRows(whole.logprobs, golden.current, 'dropout drops something', 1e-3));
  for (const microBatch of [1, 2, 4]) {
    const split = await measureUpdate(golden.learner, lossCase, rows, { microBatch });
    assertSameRows(split.logprobs, whole.logprobs, `micro-batches of ${microBatch}`);
    assertSameGradients(split.gradients, whole.gradients, `micro-batches of ${microBatch}`);
  }
  const scored = await golden.learner.score({ rows, temperature: 1, microBatch: 2, dropout: true });
  assertSameRows(scored.logprobs, whole.logprobs, 'scoring with the masks of the first pass');
  const again = await measureUpdate(golden.learner, lossCase, rows, { microBatch: 6 });
  assertSameRows(again.logprobs, whole.logprobs, 'again', 0);
  const next = await measureUpdate(golden.learner, lossCase, rows, { iteration: 1 });
  assert.throws(() => assertSameRows(next.logprobs, whole.logprobs, 'another pass', 1e-3));
});
