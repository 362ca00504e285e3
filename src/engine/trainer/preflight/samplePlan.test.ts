import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planSample, type SamplePlan } from './samplePlan.ts';

function plan(
  problemsPerStep: number,
  maxCompletionLength: number,
  {
    parameters,
    steps = 100,
    samples = 1,
  }: { readonly parameters: number; readonly steps?: number; readonly samples?: number },
): SamplePlan {
  const rollout = { groupSize: 8, maxCompletionLength };
  return planSample(
    { training: { steps, problemsPerStep }, rollout, evaluation: { samples } },
    { parameters, promptTokens: 100, heldOut: 256, width: 16 },
  );
}

test('small models try several whole steps, and all that is held out', () => {
  assert.deepEqual(plan(32, 16, { parameters: 250e3 }), { parts: [32, 32, 32, 32, 32, 32], heldOut: 256 });
});

test('of larger ones a part of a step is tried, behind a smaller one that warms up', () => {
  assert.deepEqual(plan(8, 128, { parameters: 124e6 }), { parts: [1, 2], heldOut: 16 });
  assert.deepEqual(plan(1, 128, { parameters: 124e6 }).parts, [1, 1, 1]);
  assert.deepEqual(plan(8, 1024, { parameters: 7e9 }), { parts: [1, 1], heldOut: 4 });
});

test('the sample of a short run is short', () => {
  assert.equal(plan(4, 16, { parameters: 250e3, steps: 40 }).parts.length, 8);
  assert.equal(plan(4, 16, { parameters: 250e3, steps: 2 }).parts.length, 3);
});

test('many samples of each held-out problem are of few problems', () => {
  assert.equal(plan(32, 16, { parameters: 250e3, samples: 16 }).heldOut, 32);
  assert.equal(plan(32, 16, { parameters: 7e9, samples: 256 }).heldOut, 2);
  assert.equal(plan(32, 16, { parameters: 250e3, samples: 4096 }).heldOut, 1);
});

test('without steps none is tried', () => {
  assert.deepEqual(plan(8, 128, { parameters: 124e6, steps: 0 }).parts, []);
});

test('never more than a whole step at once, and never less than two steps', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 512 }),
      fc.integer({ min: 1, max: 4096 }),
      fc.integer({ min: 1e4, max: 1e9 }),
      (problems, length, size) => {
        const { parts, heldOut } = plan(problems, length, { parameters: size });
        assert.ok(parts.length >= 2 && parts.every((part) => part >= 1 && part <= problems));
        assert.ok(heldOut >= 4 && heldOut <= 256);
      },
    ),
  );
});
