import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lap } from '../resources.ts';
import { sampledCosts, type WholeRun } from './sampledCosts.ts';
import type { Tried, TriedStep } from './tried.ts';

const lap = (seconds: number, cpuSeconds: number | null = 2 * seconds): Lap => ({
  seconds,
  cpuSeconds,
  peakBytes: null,
});
const step = (problems: number, sampling: number, updating: number): TriedStep => ({
  problems,
  sampling: lap(sampling),
  updating: lap(updating),
  groups: [],
  longestRow: 10,
});
const run: WholeRun = {
  problemsPerStep: 4,
  groupSize: 8,
  samples: 1,
  validation: 100,
  test: 50,
  width: (problems, samples) => ({ rows: Math.min(problems * samples, 16), bytes: 0 }),
};
const tried: Tried = {
  opening: lap(3),
  heldOutFirst: { problems: 2, lap: lap(1) },
  heldOut: { problems: 20, lap: lap(4) },
  steps: [step(4, 9, 11), step(4, 5, 7), step(4, 2, 3), step(4, 4, 5)],
  saving: lap(0.5),
  processes: 3,
};

test('the later steps count, and what the first took beyond them belongs to the start', () => {
  const costs = sampledCosts(tried, run, 'seconds');
  assert.ok(costs !== null);
  assert.deepEqual(costs.sampling, [2, 4]);
  assert.deepEqual(costs.updating, [3, 5]);
  // Medians of 3 and 4: 7 for a step. The first two took 20 and 12.
  assert.equal(costs.start, 3 + 13 + 5);
  assert.equal(costs.save, 0.5);
  assert.equal(costs.widening, 1);
  // Twice as many processors' seconds.
  assert.equal(sampledCosts(tried, run, 'cpuSeconds')?.start, 42);
});

test('evaluations are scaled to all that is held out, the first with what it does besides', () => {
  const costs = sampledCosts(tried, run, 'seconds');
  assert.ok(costs !== null);
  assert.ok(Math.abs(costs.evaluation.value - 20) < 1e-9);
  assert.ok(Math.abs(costs.test.value - 10) < 1e-9);
  assert.ok(Math.abs(costs.firstEvaluation.value - (1 + 98 * 0.2)) < 1e-9);
});

test('an evaluation that decodes more rows at once lies between two bounds', () => {
  const costs = sampledCosts({ ...tried, heldOut: { problems: 4, lap: lap(4) } }, run, 'seconds');
  // 16 at once, not 4: each of 100 takes a second, or a quarter of one.
  assert.deepEqual(costs?.evaluation, { value: 50, low: 25, high: 100 });
  assert.deepEqual(costs.test, { value: 25, low: 12.5, high: 50 });
  assert.deepEqual(costs.firstEvaluation, { value: 1 + 49, low: 1 + 24.5, high: 1 + 98 });
});

test('a part of a step is scaled to the whole, which decodes more rows at once', () => {
  const costs = sampledCosts({ ...tried, steps: [step(1, 2, 2), step(1, 1, 2)] }, run, 'seconds');
  assert.deepEqual([costs?.sampling, costs?.updating, costs?.widening], [[4], [8], 2]);
  assert.equal(costs?.start, 3 + 1);
});

test('without held-out problems and without steps there is only the start', () => {
  const none = { value: 0, low: 0, high: 0 };
  const nothing = { ...tried, heldOutFirst: null, heldOut: null, steps: [], saving: null };
  assert.deepEqual(sampledCosts(nothing, run, 'seconds'), {
    ...{ start: 3, firstEvaluation: none, evaluation: none, test: none, save: 0 },
    ...{ sampling: [], updating: [], widening: 1 },
  });
});

test('processor time that the system does not say is not known', () => {
  assert.equal(sampledCosts({ ...tried, opening: lap(3, null) }, run, 'cpuSeconds'), null);
});
