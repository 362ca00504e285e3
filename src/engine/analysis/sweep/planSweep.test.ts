import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseExperiment } from '../../protocol/experimentFile.ts';
import type { SweepDescription } from '../../protocol/sweep/sweepFile.ts';
import { MAX_SWEEP_RUNS, planSweep, type Sweep } from './planSweep.ts';

const EXPERIMENT = {
  model: 'm',
  dataset: { source: 'd.jsonl' },
  rewards: [{ function: 'gsm8k' }],
  optimizer: { learningRate: 3e-4 },
  seed: 5,
};

function plan(
  changes: Partial<SweepDescription>,
  text = JSON.stringify(EXPERIMENT),
  given: string[] = [],
  fileName = 'e.rlvr.json',
): Sweep {
  const description = { name: null, experiment: 'e.rlvr.json', set: {}, grid: {}, list: [], seeds: 1, ...changes };
  return planSweep({ description, defaultName: 'e', text, fileName, given });
}

const RATES = { 'optimizer.learningRate': [1e-4, 3e-4] };

test('runs are recipe by recipe, of each all seeds, on the same parts of the data', () => {
  const { members, paths, name } = plan({ grid: RATES, seeds: 2, set: { 'training.steps': 9 } });
  assert.deepEqual([name, paths], ['e', ['optimizer.learningRate']]);
  assert.deepEqual(
    members.map(({ title }) => title),
    [
      'optimizer.learningRate 1e-4, seed 5',
      'optimizer.learningRate 1e-4, seed 6',
      'optimizer.learningRate 3e-4, seed 5',
      'optimizer.learningRate 3e-4, seed 6',
    ],
  );
  assert.deepEqual(members[1]?.overrides, [
    'training.steps=9',
    'optimizer.learningRate=0.0001',
    'seed=6',
    'dataset.splitSeed=5',
  ]);
  assert.deepEqual(
    members.map(({ membership: { member, members: of, baseline } }) => [member, of, baseline]),
    [0, 1, 2, 3].map((member) => [member, 4, 2]),
    'the experiment as it stands is what the others are compared with',
  );
});

test('varied seeds keep the parts too', () => {
  const { members } = plan({ grid: { seed: [7, 8] } });
  assert.deepEqual(
    members.map(({ overrides }) => overrides),
    [7, 8].map((seed) => [`seed=${seed}`, `seed=${seed}`, 'dataset.splitSeed=7']),
  );
  assert.throws(() => plan({ grid: { seed: [7, 8] }, seeds: 2 }), /`seed` is varied, and several seeds/);
});

test('values of seed keep the parts that a recipe has of its own, and give each of its tasks theirs', () => {
  const both = plan({ grid: { seed: [1, 2], 'dataset.splitSeed': [10, 11] } }).members;
  const experiments = both.map(({ overrides }) => parseExperiment(JSON.stringify(EXPERIMENT), 'e', overrides));
  assert.deepEqual(
    experiments.map(({ seed, dataset }) => [seed, dataset?.splitSeed]),
    [
      [1, 10],
      [1, 11],
      [2, 10],
      [2, 11],
    ],
  );
  const alternatives = plan({ list: [{ seed: 7 }, { 'optimizer.learningRate': 1 }] }).members;
  assert.deepEqual(
    alternatives.map(({ overrides }) => overrides.slice(-2)),
    [
      ['seed=7', 'dataset.splitSeed=7'],
      ['seed=5', 'dataset.splitSeed=7'],
    ],
    'all are measured on the same problems',
  );
  const tasks = { a: { dataset: { source: 'd.jsonl' } }, b: { dataset: { source: 'f.jsonl', splitSeed: 3 } } };
  const [, several] = plan({ list: [{ seed: 7 }, { dataset: null, tasks }] }).members;
  assert.deepEqual(several?.overrides.slice(-2), ['tasks.a.dataset.splitSeed=7', 'tasks.b.dataset.splitSeed=3']);
});

test('what --set gives comes after what the description sets', () => {
  const [first] = plan({ grid: RATES, set: { 'training.steps': 9 } }, undefined, ['training.steps=4']).members;
  assert.equal(parseExperiment(JSON.stringify(EXPERIMENT), 'e', first?.overrides).training.steps, 4);
});

test('every run is checked before the first, and what is wrong is said once, with its run and value', () => {
  const grid = { 'rollout.groupSize': [4, 0], 'optimizer.learningRate': [1e-4, -1], 'optimizer.lerningRate': [1] };
  assert.throws(
    () => plan({ grid, seeds: 3 }),
    (error: Error) => {
      const lines = error.message.split('\n');
      assert.equal(lines.length, 4);
      assert.match(lines[0] ?? '', /^Run 1 of 12 \(.*\): --set optimizer\.lerningRate=1 {2}unknown key .*learningRate/);
      assert.match(
        lines[1] ?? '',
        /^Run 4 of 12 \(.*learningRate -1.*\): --set optimizer\.learningRate=-1 {2}.*not -1/,
      );
      assert.match(lines[2] ?? '', /^Run 7 of 12 .*--set rollout\.groupSize=0 /);
      assert.equal(lines[3], 'Nothing was started.');
      return true;
    },
  );
  assert.throws(() => plan({ grid: { 'rewards[3].weight': [1, 2] } }), /Run 1 of 2 .*no entry of the array/);
});

test('no run twice', () => {
  assert.throws(
    () => plan({ list: [{}, { 'optimizer.learningRate': 3e-4 }], seeds: 2 }),
    /Run 3 \(optimizer\.learningRate 3e-4, seed 5\) would be run 1 again/,
  );
  assert.throws(
    () => plan({ list: [{}, { 'dataset.splitSeed': 5 }] }),
    /Run 2 \(dataset\.splitSeed 5\) would be run 1 again/,
  );
  const device = 'ray';
  assert.throws(() => plan({ list: [{ device }, { device, 'ray.address': 'b:1' }] }), /Run 2 .*would be run 1 again/);
  assert.equal(plan({ list: [{ device }, { device, 'ray.cpus': 2 }] }).members.length, 2);
});

test('no more runs than anyone means', () => {
  const seeds = Array.from({ length: MAX_SWEEP_RUNS / 2 }, (_, seed) => seed);
  assert.equal(plan({ grid: { seed: seeds, full: [false, true] } }).members.length, MAX_SWEEP_RUNS);
  assert.throws(
    () => plan({ grid: { seed: [...seeds, 1000], full: [false, true] } }),
    /These are 202 runs; a sweep has 200 at most/,
  );
});

test('the sweep is the same one however it is written, and another where its runs are', () => {
  const id = (changes: Partial<SweepDescription>, text?: string, fileName?: string): string | undefined =>
    plan({ grid: RATES, ...changes }, text, [], fileName).members[0]?.membership.id;
  const same = id({});
  assert.equal(id({ name: 'other' }), same);
  assert.equal(id({}, `// Comment.\n${JSON.stringify({ name: 'called', ...EXPERIMENT, cost: { perHour: 1 } })}`), same);
  assert.equal(id({ grid: {}, list: [{ 'optimizer.learningRate': 1e-4 }, {}] }), same);
  assert.notEqual(id({ seeds: 2 }), same);
  assert.notEqual(id({ set: { 'training.steps': 3 } }), same);
  assert.notEqual(id({}, JSON.stringify({ ...EXPERIMENT, seed: 6 })), same);
  assert.notEqual(id({}, undefined, 'copy/e.rlvr.json'), same, 'other data may lie beside it');
});

test('an experiment that is one only with what is varied can be swept', () => {
  const { rewards, ...without } = EXPERIMENT;
  const { members } = plan({ list: [{ rewards }, { rewards: [{ function: 'format' }] }] }, JSON.stringify(without));
  assert.deepEqual(
    members.map(({ membership: { baseline } }) => baseline),
    [0, 0],
  );
});

test('whatever is varied, each member parses to what it assigns, under its own seed', () => {
  const rates = fc.uniqueArray(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 });
  const sizes = fc.uniqueArray(fc.integer({ min: 2, max: 16 }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(rates, sizes, fc.integer({ min: 1, max: 4 }), (learningRates, groupSizes, seeds) => {
      const grid = { 'optimizer.learningRate': learningRates, 'rollout.groupSize': groupSizes };
      const { members } = plan({ grid, seeds });
      assert.equal(members.length, learningRates.length * groupSizes.length * seeds);
      for (const [index, { overrides, membership }] of members.entries()) {
        const parsed = parseExperiment(JSON.stringify(EXPERIMENT), 'e', overrides);
        assert.equal(parsed.optimizer.learningRate, membership.assigned['optimizer.learningRate']);
        assert.equal(parsed.rollout.groupSize, membership.assigned['rollout.groupSize']);
        assert.equal(parsed.seed, EXPERIMENT.seed + (index % seeds));
        assert.equal(parsed.dataset?.splitSeed ?? parsed.seed, EXPERIMENT.seed);
        assert.equal(membership.member, index);
      }
    }),
  );
});
