import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ADVANTAGE_HALF_LIFE, expectedTime, middle, type SampledCosts, type Schedule } from './expectedTime.ts';

const costs: SampledCosts = {
  start: 2,
  firstEvaluation: 3,
  evaluation: 1,
  save: 0.5,
  sampling: [4, 4, 4],
  updating: [6, 6, 6],
  widening: 1,
};
const schedule: Schedule = { steps: 10, evaluations: 2, saves: 4, maxBatches: null, trainsAll: true };
const half = { advantage: { value: 0.5, low: 0.4, high: 0.6 }, solved: 0.6, lengthError: 0 };

function close(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-9 * Math.max(1, Math.abs(expected)), `${actual}, not ${expected}`);
}

test('adds up what happens, each as often as it does', () => {
  const { step, total, parts } = expectedTime(costs, half, schedule);
  close(step.value, 10);
  close(total.value, 2 + 3 + 2 * 1 + 4 * 0.5 + 10 * 10);
  assert.deepEqual(parts, { start: 2, steps: 100, evaluations: 5, saving: 2 });
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

test('what was sampled with fewer rows at once than the step has lies between two bounds', () => {
  const { step } = expectedTime({ ...costs, widening: 4 }, half, schedule);
  close(step.value, 4 / 2 + 6);
  assert.ok(step.low < 1 + 6 && step.high > 4 + 6);
});

test('a run without steps is its start and its evaluation', () => {
  const nothing = { ...schedule, steps: 0, evaluations: 0, saves: 0 };
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
