import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ProblemSampler } from './sampler.ts';
import { ShuffledOrder } from './shuffledOrder.ts';

const SEED = 3;
const indices = (draws: readonly { readonly index: number }[]): number[] => draws.map(({ index }) => index);

/** Of an experiment with one dataset. */
function sampler(problems: number, perStep: number, seed: number): ProblemSampler {
  const order = new ShuffledOrder({ start: 0, count: problems, task: 0 }, seed);
  return new ProblemSampler([{ name: null, weight: 1, order }], perStep);
}

/** Of several tasks, by name the problems that each has and its weight. */
function mixture(tasks: Readonly<Record<string, readonly [problems: number, weight: number]>>, perStep: number) {
  let start = 0;
  const sampled = Object.entries(tasks).map(([name, [count, weight]], task) => {
    const order = new ShuffledOrder({ start, count, task }, SEED);
    start += count;
    return { name, weight, order };
  });
  return new ProblemSampler(sampled, perStep);
}

test('one dataset is drawn from as it was before there were tasks', () => {
  const drawing = sampler(7, 3, SEED);
  assert.deepEqual(
    [1, 2, 3, 4].map((step) => indices(drawing.drawMore(step, 0, 9))),
    [
      [0, 4, 2, 6, 1, 3, 5, 5, 2],
      [1, 3, 6, 5, 4, 0, 2, 3, 2],
      [5, 3, 2, 6, 4, 1, 0, 0, 2],
      [4, 0, 1, 3, 6, 5, 2, 4, 0],
    ],
  );
});

test('an epoch draws every problem once, in another order than the next', () => {
  const drawing = sampler(12, 4, SEED);
  const epochs = [0, 1].map((epoch) => [1, 2, 3].flatMap((step) => indices(drawing.draw(epoch * 3 + step))));
  for (const epoch of epochs)
    assert.deepEqual(
      epoch.toSorted((a, b) => a - b),
      [...Array(12).keys()],
    );
  assert.notDeepEqual(epochs[0], epochs[1]);
  assert.notDeepEqual(epochs[0], [...Array(12).keys()]);
});

test('another seed is another order', () => {
  assert.notDeepEqual(sampler(50, 8, 1).draw(1), sampler(50, 8, 2).draw(1));
});

test('a step draws the same whatever was drawn before: a resumed run goes on as if nothing had happened', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.integer({ min: 1, max: 30 })),
      (problems, perStep, steps) => {
        const used = sampler(problems, perStep, SEED);
        for (const step of steps) {
          const fresh = sampler(problems, perStep, SEED);
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
        const drawing = sampler(problems, perStep, SEED);
        const counts = new Array<number>(problems).fill(0);
        for (let step = 1; step <= steps; step += 1) {
          for (const { index } of drawing.draw(step)) counts[index] = (counts[index] ?? 0) + 1;
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
  const draws = sampler(2, 5, SEED).draw(1);
  const occurrences = [0, 1].map((index) =>
    draws.filter((draw) => draw.index === index).map((draw) => draw.occurrence),
  );
  assert.deepEqual(occurrences.map((list) => list.length).toSorted(), [2, 3]);
  for (const list of occurrences) assert.deepEqual(list, [...list.keys()]);
});

test('further draws: what the step has not seen first, in one piece or in several, and the epoch is left alone', () => {
  const drawing = sampler(10, 4, SEED);
  const own = indices(drawing.draw(2));
  const further = drawing.drawMore(2, 4, 8);
  assert.deepEqual(
    [...own, ...indices(further.slice(0, 6))].sort((a, b) => a - b),
    [...Array(10).keys()],
  );
  assert.deepEqual(
    further.slice(6).map(({ occurrence }) => occurrence),
    [1, 1],
  );
  assert.deepEqual([...drawing.drawMore(2, 4, 3), ...drawing.drawMore(2, 7, 5)], further);
  assert.notDeepEqual(drawing.drawMore(1, 4, 6).slice(0, 2), further.slice(0, 2));
  assert.deepEqual(drawing.draw(3), sampler(10, 4, SEED).draw(3));
});

test('epochs passed after a step', () => {
  const drawing = sampler(40, 8, SEED);
  assert.equal(drawing.epochAfter(1), 0.2);
  assert.equal(drawing.epochAfter(10), 2);
});

test('refuses to draw from nothing and before the first step', () => {
  assert.throws(() => sampler(0, 4, SEED), RangeError);
  assert.throws(() => new ProblemSampler([], 4), RangeError);
  assert.throws(() => sampler(4, 4, SEED).draw(0), /steps count from 1/);
});

test('each task has its share of every step, and of the run to within one', () => {
  const tasks = { a: [10, 2], b: [100, 1], c: [5, 1] } as const;
  const drawing = mixture(tasks, 8);
  for (let step = 1; step <= 20; step += 1) {
    const drawn = indices(drawing.draw(step));
    const counts = [
      drawn.filter((index) => index < 10).length,
      drawn.filter((index) => index >= 10 && index < 110).length,
      drawn.filter((index) => index >= 110).length,
    ];
    assert.deepEqual(counts, [4, 2, 2]);
  }
});

test('further draws are in the same proportion, and the steps that follow have none the less', () => {
  const tasks = { a: [40, 3], b: [40, 1] } as const;
  const drawing = mixture(tasks, 4);
  const further = indices(drawing.drawMore(2, 4, 8));
  assert.equal(further.filter((index) => index < 40).length, 6);
  assert.deepEqual([...drawing.drawMore(2, 4, 3), ...drawing.drawMore(2, 7, 5)], drawing.drawMore(2, 4, 8));
  assert.deepEqual(drawing.draw(3), mixture(tasks, 4).draw(3));
  const epoch = [...Array(40).keys()].flatMap((step) => indices(drawing.draw(step + 1)).filter((index) => index >= 40));
  assert.deepEqual(
    epoch.toSorted((a, b) => a - b),
    [...Array(40).keys()].map((index) => index + 40),
  );
});

test('a task more moves the problems of none before it, and tasks of one size are not shuffled alike', () => {
  const both = mixture({ a: [30, 1], b: [30, 1] }, 60);
  const drawn = indices(both.draw(1));
  const first = drawn.filter((index) => index < 30);
  assert.deepEqual(first, indices(sampler(30, 30, SEED).draw(1)));
  assert.notDeepEqual(
    first,
    drawn.filter((index) => index >= 30).map((index) => index - 30),
  );
});

test('epochs of tasks, and their mean by what was drawn of each', () => {
  const drawing = mixture({ a: [30, 3], b: [5, 1] }, 4);
  assert.deepEqual(
    [...drawing.taskEpochsAfter(5)],
    [
      ['a', 0.5],
      ['b', 1],
    ],
  );
  assert.equal(drawing.epochAfter(5), 0.75 * 0.5 + 0.25 * 1);
  assert.deepEqual([...sampler(40, 8, SEED).taskEpochsAfter(1)], []);
});
