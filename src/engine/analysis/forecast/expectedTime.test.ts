import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Estimate } from '../../protocol/metrics.ts';
import { ADVANTAGE_HALF_LIFE, expectedTime, middle, type SampledCosts, type Schedule } from './expectedTime.ts';

const always = (value: number): Estimate => ({ value, low: value, high: value });
const costs: SampledCosts = {
  start: 2,
  firstEvaluation: always(3),
  evaluation: always(1),
  test: always(2),
  save: 0.5,
  sampling: [4, 4, 4],
  updating: [6, 6, 6],
  widening: 1,
};
const schedule: Schedule = {
  ...{ steps: 10, evaluations: 2, checkpoints: 4, savesEveryStep: false, bestCheckpoints: 0 },
  ...{ maxBatches: null, screened: 1, trainsAll: true },
};
const half = { advantage: { value: 0.5, low: 0.4, high: 0.6 }, solved: 0.6, lengthError: 0 };

function close(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-9 * Math.max(1, Math.abs(expected)), `${actual}, not ${expected}`);
}

test('adds up what happens, each as often as it does', () => {
  const { step, total, test: tested, parts } = expectedTime(costs, half, schedule);
  close(step.value, 10);
  close(total.value, 2 + 3 + 2 * 1 + 4 * 0.5 + 10 * 10);
  close(tested.value, 2);
  assert.deepEqual(parts, { start: 2, steps: 100, evaluations: 5, saving: 2 });
});

test('an adapter is saved within every step, and the best ones besides, at the most behind every evaluation', () => {
  const adapter = expectedTime(costs, half, { ...schedule, savesEveryStep: true });
  close(adapter.step.value, 10.5);
  assert.equal(adapter.parts.saving, 14 * 0.5);
  const best = expectedTime(costs, half, { ...schedule, savesEveryStep: true, bestCheckpoints: 2 });
  assert.equal(best.total.value, adapter.total.value);
  assert.ok(best.total.high >= adapter.total.high + 2 * 0.5);
});

test('what is measured once is known to 15 %, whatever the steps show', () => {
  const evaluation = { value: 10, low: 5, high: 20 };
  const { total, test: tested } = expectedTime(
    { ...costs, firstEvaluation: evaluation, evaluation, test: evaluation },
    null,
    { ...schedule, steps: 0 },
  );
  close(total.value, 2 + 3 * 10 + 2);
  close(total.low, (2 + 3 * 5 + 2) * 0.85);
  close(total.high, (2 + 3 * 20 + 2) * 1.15);
  close(tested.high, 20 * 1.15);
});

test('two steps say little of how much steps differ', () => {
  const errorOf = (sampling: number[]): number =>
    expectedTime({ ...costs, sampling, updating: sampling.map(() => 0) }, half, schedule).step.high / 10 - 1;
  close(errorOf([10]), 0.15);
  close(errorOf([10, 10]), 0.15);
  close(errorOf([10, 10, 10]), 0.05);
  // Student's t for one degree of freedom and for two: 12.706 and 4.303 standard errors.
  assert.ok(Math.abs(errorOf([9, 11]) - 1.2706) < 1e-4);
  assert.ok(Math.abs(errorOf([9, 10, 11]) - 0.4303 / Math.sqrt(3)) < 1e-4);
});

test('groups without an advantage are not trained on, and more of them come while it learns', () => {
  const { step, total } = expectedTime(costs, half, { ...schedule, trainsAll: false });
  close(step.value, 4 + 0.5 * 6);
  const around = 2 + 3 + 2 + 2;
  const shares = Array.from({ length: 10 }, (_, index) => 0.5 * 2 ** (-index / ADVANTAGE_HALF_LIFE));
  close(total.value, around + shares.reduce((sum, share) => sum + 4 + 6 * share, 0));
  assert.ok(total.low < around + 10 * (4 + 0.4 * 6) && total.high > around + 10 * (4 + 0.6 * 6));
});

test('where much is still wrong, every group may get an advantage', () => {
  const few = { ...half, solved: 0.1 };
  const { total } = expectedTime(costs, few, { ...schedule, trainsAll: false });
  assert.ok(total.high >= 9 + 10 * 10);
  // From no group at all nothing is learned.
  const none = { advantage: { value: 0, low: 0, high: 0 }, solved: 0, lengthError: 0 };
  assert.ok(expectedTime(costs, none, { ...schedule, trainsAll: false }).total.high < 9 + 10 * 5);
});

test('dynamic sampling draws in proportion, as far as it may', () => {
  const dynamic = { ...schedule, steps: 1, trainsAll: false };
  close(expectedTime(costs, half, { ...dynamic, maxBatches: 10 }).step.value, 2 * 4 + 6);
  close(expectedTime(costs, half, { ...dynamic, maxBatches: 1 }).step.value, 4 + 0.5 * 6);
  const none = { advantage: { value: 0, low: 0, high: 0.2 }, solved: 0, lengthError: 0 };
  close(expectedTime(costs, none, { ...dynamic, maxBatches: 3 }).step.value, 3 * 4);
});

test('with dynamic sampling too the runs at both ends of the share lie within', () => {
  for (const maxBatches of [2, 3, 10])
    for (const [low, high] of [
      [0.05, 0.3],
      [0.2, 0.5],
      [0.4, 0.9],
    ] as const) {
      const dynamic = { ...schedule, steps: 50, trainsAll: false, maxBatches };
      const signal = { advantage: { value: 0.25, low, high }, solved: 0.6, lengthError: 0 };
      const { total, step } = expectedTime(costs, signal, dynamic);
      for (const share of [low, high, (low + high) / 2]) {
        const batches = Math.min(maxBatches, 1 / share);
        const seconds = batches * 4 + Math.min(1, batches * share) * 6;
        assert.ok(step.low <= seconds && seconds <= step.high);
        assert.ok(total.low <= 9 + 50 * seconds && 9 + 50 * seconds <= total.high);
      }
    }
});

test('screening makes steps shorter, at the most by all that is solved', () => {
  const certain = { ...half, advantage: { value: 0.5, low: 0.5, high: 0.5 } };
  const whole = expectedTime(costs, certain, schedule);
  const { step, total } = expectedTime(costs, certain, { ...schedule, screened: 0.25 });
  assert.deepEqual([step.value, step.high], [whole.step.value, whole.step.high]);
  close(step.low / whole.step.low, ((1 - 0.6 * 0.75) * 4 + 6) / (4 + 6));
  const fewest = whole.total.low - total.low;
  assert.ok(fewest > 0.75 * 10 * (whole.step.low - step.low), 'later all of it may be solved');
});

test('what was sampled with fewer rows at once than the step has lies between two bounds', () => {
  const { step } = expectedTime({ ...costs, widening: 4 }, half, schedule);
  close(step.value, 4 / 2 + 6);
  assert.ok(step.low < 1 + 6 && step.high > 4 + 6);
});

test('a run without steps is its start and its evaluation', () => {
  const nothing = { ...schedule, steps: 0, evaluations: 0, checkpoints: 0 };
  close(expectedTime({ ...costs, sampling: [], updating: [] }, null, nothing).total.value, 5);
});

test('the expected value lies in its range, and more steps never take less', () => {
  const positive = fc.double({ min: 0, max: 1e4, noNaN: true });
  const share = fc.tuple(...[0, 0, 0].map(() => fc.double({ min: 0, max: 1, noNaN: true })));
  fc.assert(
    fc.property(
      fc.record({
        sampling: fc.array(positive, { minLength: 1, maxLength: 5 }),
        update: positive,
        share,
        solved: fc.double({ min: 0, max: 1, noNaN: true }),
        widening: fc.double({ min: 1, max: 20, noNaN: true }),
        steps: fc.integer({ min: 0, max: 300 }),
        trainsAll: fc.boolean(),
        maxBatches: fc.option(fc.integer({ min: 1, max: 20 })),
      }),
      ({ sampling, update, share: shares, solved, widening, steps, trainsAll, maxBatches }) => {
        const [low = 0, value = 0, high = 0] = shares.toSorted((a, b) => a - b);
        const signal = { advantage: { value, low, high }, solved, lengthError: 0.1 };
        const sampled = { ...costs, sampling, updating: sampling.map(() => update), widening };
        const of = (count: number) =>
          expectedTime(sampled, signal, { ...schedule, steps: count, trainsAll, maxBatches });
        for (const estimate of [of(steps).total, of(steps).step])
          assert.ok(estimate.low <= estimate.value && estimate.value <= estimate.high);
        assert.ok(of(steps + 1).total.value >= of(steps).total.value - 1e-6);
      },
    ),
  );
});

test('the middle of some values', () => {
  assert.deepEqual([middle([]), middle([3]), middle([1, 9]), middle([9, 1, 2])], [0, 3, 5, 2]);
});
