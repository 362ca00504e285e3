import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aggregationNames } from '../protocol/experiment.ts';
import { aggregate, type AggregationName, type AggregationRow } from './aggregation.ts';
import { splitInOrder } from './batching.ts';

const MAX_LENGTH = 10;

interface Case {
  readonly aggregation: AggregationName;
  readonly maskTruncated?: boolean;
  readonly beta?: number;
  readonly entropyBonus?: number;
  readonly microBatches?: readonly (readonly number[])[];
}

function weigh(rows: readonly AggregationRow[], one: Case): ReturnType<typeof aggregate> {
  const { aggregation, maskTruncated = false, beta = 0, entropyBonus = 0 } = one;
  return aggregate(rows, {
    algorithm: { aggregation, maskTruncated, beta, entropyBonus },
    maxCompletionLength: MAX_LENGTH,
    microBatches: one.microBatches ?? [rows.map((_, index) => index)],
  });
}

const row = (length: number, advantage = 1, truncated = false): AggregationRow => ({ length, advantage, truncated });
const firstWeights = (rows: readonly AggregationRow[], one: Case): (number | undefined)[] =>
  weigh(rows, one).map(({ weights }) => weights[0]);
const f32 = (values: readonly number[]): number[] => values.map(Math.fround);

test('the weight of a token', () => {
  const rows = [row(2), row(3), row(5), row(1)];
  assert.deepEqual(firstWeights(rows, { aggregation: 'grpo' }), f32([1 / 8, 1 / 12, 1 / 20, 1 / 4]));
  assert.deepEqual(firstWeights(rows, { aggregation: 'dapo' }), f32([1 / 11, 1 / 11, 1 / 11, 1 / 11]));
  assert.deepEqual(firstWeights(rows, { aggregation: 'dr_grpo' }), f32([1 / 40, 1 / 40, 1 / 40, 1 / 40]));
  const microBatches = [
    [0, 3],
    [2, 1],
  ];
  assert.deepEqual(firstWeights(rows, { aggregation: 'bnpo', microBatches }), f32([1 / 6, 1 / 16, 1 / 16, 1 / 6]));
});

test('one weight per token of the completion', () => {
  assert.deepEqual(
    weigh([row(2), row(4)], { aggregation: 'dapo' }).map(({ weights }) => weights.length),
    [2, 4],
  );
});

test('a masked row leaves the token counts and stays one of the B rows', () => {
  const rows = [row(2), row(5, 1, true), row(3)];
  const mask = { maskTruncated: true };
  assert.deepEqual(firstWeights(rows, { aggregation: 'dapo', ...mask }), f32([1 / 5, 0, 1 / 5]));
  assert.deepEqual(firstWeights(rows, { aggregation: 'grpo', ...mask }), f32([1 / 6, 0, 1 / 9]));
  assert.deepEqual(firstWeights(rows, { aggregation: 'dr_grpo', ...mask }), f32([1 / 30, 0, 1 / 30]));
  const microBatches = [[0, 1], [2]];
  assert.deepEqual(firstWeights(rows, { aggregation: 'bnpo', ...mask, microBatches }), f32([1 / 4, 0, 1 / 6]));
});

test('without masking a truncated row counts like any other', () => {
  assert.deepEqual(firstWeights([row(2, 1, true), row(2)], { aggregation: 'dapo' }), f32([1 / 4, 1 / 4]));
});

test('a batch in which every row is masked has no loss and no NaN', () => {
  for (const aggregation of aggregationNames) {
    const result = weigh([row(2, 1, true), row(3, 1, true)], { aggregation, maskTruncated: true });
    assert.deepEqual(
      result.map(({ weights, skippable }) => [...weights, skippable]),
      [
        [0, 0, true],
        [0, 0, 0, true],
      ],
    );
  }
});

test('rows without any loss term can be left out, and are counted all the same', () => {
  const rows = [row(2, 0), row(3, -1)];
  const [first, second] = weigh(rows, { aggregation: 'dapo' });
  assert.equal(first?.skippable, true);
  assert.equal(second?.skippable, false);
  assert.equal(second.weights[0], Math.fround(1 / 5));
});

test('a KL term or an entropy bonus touches rows with advantage 0', () => {
  for (const term of [{ beta: 0.04 }, { entropyBonus: 0.01 }]) {
    assert.equal(weigh([row(2, 0)], { aggregation: 'dapo', ...term })[0]?.skippable, false);
    const masked = weigh([row(2, 0, true)], { aggregation: 'dapo', maskTruncated: true, ...term });
    assert.equal(masked[0]?.skippable, true);
  }
});

test('bnpo refuses micro-batches that miss or repeat a row', () => {
  const rows = [row(1), row(1)];
  for (const microBatches of [[[0]], [[0, 1], [1]], [[0, 2]]]) {
    assert.throws(() => weigh(rows, { aggregation: 'bnpo', microBatches }), /exactly one micro-batch/);
  }
});

/** Rows with the losses of their tokens. */
const batch = fc.array(
  fc.record({
    losses: fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 1, maxLength: MAX_LENGTH }),
    truncated: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
);

for (const aggregation of ['grpo', 'dapo', 'dr_grpo'] as const) {
  test(`${aggregation}: the same loss under any split into micro-batches`, () => {
    fc.assert(
      fc.property(batch, fc.integer({ min: 1, max: 8 }), (rows, size) => {
        const shapes = rows.map(({ losses, truncated }) => row(losses.length, 1, truncated));
        const order = rows.map((_, index) => index);
        const lossOf = (microBatches: number[][]): number => {
          const weighed = weigh(shapes, { aggregation, maskTruncated: true, microBatches });
          const parts = microBatches.map((members) => members.reduce((sum, index) => sum + dot(index), 0));
          function dot(index: number): number {
            const weights = weighed[index]?.weights ?? [];
            return (rows[index]?.losses ?? []).reduce((sum, loss, token) => sum + loss * (weights[token] ?? 0), 0);
          }
          return parts.reduce((sum, part) => sum + part, 0);
        };
        const whole = lossOf([order]);
        assert.ok(Math.abs(lossOf(splitInOrder(order, size)) - whole) < 1e-9);
        assert.ok(Math.abs(lossOf(splitInOrder(order.toReversed(), size)) - whole) < 1e-9);
      }),
    );
  });
}
