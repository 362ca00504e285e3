import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { learningRateAt } from './schedule.ts';

const base = { learningRate: 1, schedule: 'constant', warmupSteps: 0, decayFraction: 1, finalFraction: 0 } as const;

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);
}

test('constant, after a linear warm-up that is whole at its last step', () => {
  const config = { ...base, learningRate: 4, warmupSteps: 4 };
  assert.deepEqual(
    [1, 2, 3, 4, 5, 100].map((step) => learningRateAt(config, step, 100)),
    [1, 2, 3, 4, 4, 4],
  );
});

test('linear: hold, then decay over the last part, with a rate above 0 at the last step', () => {
  const config = { ...base, schedule: 'linear', decayFraction: 0.4 } as const;
  const rates = [1, 6, 7, 8, 9, 10].map((step) => learningRateAt(config, step, 10));
  [1, 1, 1, 0.75, 0.5, 0.25].forEach((expected, index) => near(rates[index] ?? NaN, expected));
});

test('the recipe of the demo: 400 steps, 20 of warm-up, decay over the last 60 %', () => {
  const config = { ...base, schedule: 'linear', learningRate: 5e-4, warmupSteps: 20, decayFraction: 0.6 } as const;
  for (const step of [1, 10, 20, 100, 161, 162, 300, 400]) {
    const expected = 5e-4 * Math.min(1, step / 20) * Math.min(1, (400 - step + 1) / (400 * 0.6));
    near(learningRateAt(config, step, 400), expected);
  }
});

test('cosine: half way down in the middle of the decay', () => {
  const config = { ...base, schedule: 'cosine' } as const;
  near(learningRateAt(config, 1, 8), 1);
  near(learningRateAt(config, 5, 8), 0.5);
  near(learningRateAt(config, 3, 8), (1 + Math.SQRT1_2) / 2);
});

test('decays to the final fraction, and stays there beyond the end', () => {
  for (const schedule of ['linear', 'cosine'] as const) {
    const config = { ...base, schedule, finalFraction: 0.1 };
    near(learningRateAt(config, 11, 10), 0.1);
    near(learningRateAt(config, 50, 10), 0.1);
  }
});

test('no decay over a fraction of 0', () => {
  const config = { ...base, schedule: 'linear', decayFraction: 0 } as const;
  assert.equal(learningRateAt(config, 10, 10), 1);
  assert.equal(learningRateAt(config, 11, 10), 1);
});

test('never above the rate, never below 0, never up again after the warm-up', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('constant', 'linear', 'cosine'),
      fc.nat(30),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 60 }),
      (schedule, warmupSteps, decayFraction, finalFraction, steps) => {
        const config = { learningRate: 3, schedule, warmupSteps, decayFraction, finalFraction } as const;
        let last = Infinity;
        for (let step = 1; step <= steps; step += 1) {
          const rate = learningRateAt(config, step, steps);
          assert.ok(rate >= 0 && rate <= 3 + 1e-12);
          if (step > warmupSteps) assert.ok(rate <= last + 1e-12);
          last = step >= warmupSteps ? rate : Infinity;
        }
      },
    ),
  );
});
