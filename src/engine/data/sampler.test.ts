import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ProblemSampler } from './sampler.ts';

const SEED = 3;
const indices = (draws: readonly { readonly index: number }[]): number[] => draws.map(({ index }) => index);

test('an epoch draws every problem once, in another order than the next', () => {
  const sampler = new ProblemSampler(12, 4, SEED);
  const epochs = [0, 1].map((epoch) => [1, 2, 3].flatMap((step) => indices(sampler.draw(epoch * 3 + step))));
  for (const epoch of epochs)
    assert.deepEqual(
      epoch.toSorted((a, b) => a - b),
      [...Array(12).keys()],
    );
  assert.notDeepEqual(epochs[0], epochs[1]);
  assert.notDeepEqual(epochs[0], [...Array(12).keys()]);
});

test('another seed is another order', () => {
  assert.notDeepEqual(new ProblemSampler(50, 8, 1).draw(1), new ProblemSampler(50, 8, 2).draw(1));
});

test('a step draws the same whatever was drawn before: a resumed run goes on as if nothing had happened', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.integer({ min: 1, max: 30 })),
      (problems, perStep, steps) => {
        const used = new ProblemSampler(problems, perStep, SEED);
        for (const step of steps) {
          const fresh = new ProblemSampler(problems, perStep, SEED);
          assert.deepEqual(used.draw(step), fresh.draw(step));
          assert.deepEqual(used.drawMore(step, perStep, 5), fresh.drawMore(step, perStep, 5));
        }
      },
    ),
  );
});

test('over any number of steps, no problem is drawn twice more often than another before all had their turn', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 15 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 25 }),
      (problems, perStep, steps) => {
        const sampler = new ProblemSampler(problems, perStep, SEED);
        const counts = new Array<number>(problems).fill(0);
        for (let step = 1; step <= steps; step += 1) {
          for (const { index } of sampler.draw(step)) counts[index] = (counts[index] ?? 0) + 1;
        }
        assert.equal(
          counts.reduce((sum, count) => sum + count, 0),
          steps * perStep,
        );
        assert.ok(Math.max(...counts) - Math.min(...counts) <= 1);
      },
    ),
  );
});

test('a problem that comes again in one step is counted', () => {
  const draws = new ProblemSampler(2, 5, SEED).draw(1);
  const occurrences = [0, 1].map((index) =>
    draws.filter((draw) => draw.index === index).map((draw) => draw.occurrence),
  );
  assert.deepEqual(occurrences.map((list) => list.length).toSorted(), [2, 3]);
  for (const list of occurrences) assert.deepEqual(list, [...list.keys()]);
});

test('further draws: what the step has not seen first, in one piece or in several, and the epoch is left alone', () => {
  const sampler = new ProblemSampler(10, 4, SEED);
  const own = indices(sampler.draw(2));
  const further = sampler.drawMore(2, 4, 8);
  assert.deepEqual(
    [...own, ...indices(further.slice(0, 6))].sort((a, b) => a - b),
    [...Array(10).keys()],
  );
  assert.deepEqual(
    further.slice(6).map(({ occurrence }) => occurrence),
    [1, 1],
  );
  assert.deepEqual([...sampler.drawMore(2, 4, 3), ...sampler.drawMore(2, 7, 5)], further);
  assert.notDeepEqual(sampler.drawMore(1, 4, 6).slice(0, 2), further.slice(0, 2));
  assert.deepEqual(sampler.draw(3), new ProblemSampler(10, 4, SEED).draw(3));
});

test('epochs passed after a step', () => {
  const sampler = new ProblemSampler(40, 8, SEED);
  assert.equal(sampler.epochAfter(1), 0.2);
  assert.equal(sampler.epochAfter(10), 2);
});

test('refuses to draw from nothing and before the first step', () => {
  assert.throws(() => new ProblemSampler(0, 4, SEED), RangeError);
  assert.throws(() => new ProblemSampler(4, 4, SEED).draw(0), /steps count from 1/);
});
