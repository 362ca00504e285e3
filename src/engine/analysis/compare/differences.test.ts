import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ExperimentInput } from '../../protocol/experiment.ts';
import { experimentSchema, type Experiment } from '../../protocol/experiment.ts';
import { canonical, differences, leafPaths } from './differences.ts';

function experiment(changes: Partial<ExperimentInput> = {}): Experiment {
  return experimentSchema.parse({ model: 'm', dataset: { source: 'd.jsonl' }, ...changes });
}

test('a default that is written down is no difference', () => {
  assert.deepEqual(differences([experiment(), experiment({ optimizer: { learningRate: 1e-5 } })]), []);
});

test('nor is a name', () => {
  assert.deepEqual(differences([experiment({ name: 'a' }), experiment({ name: 'b', $schema: 's' })]), []);
});

test('of a cluster, what decides threads and provider is a difference; its address and memory are none', () => {
  const on = (ray: ExperimentInput['ray'], device: ExperimentInput['device'] = 'ray'): Experiment =>
    experiment({ device, ray });
  assert.deepEqual(differences([on({ address: 'a:1', memory: 8 }), on({ address: 'b:1' }), on(undefined)]), []);
  assert.deepEqual(differences([on({ cpus: 4 }), on({ cpus: 4, gpus: 1 })]), [{ path: 'ray.gpus', values: [0, 1] }]);
  assert.deepEqual(differences([on({ workers: 2, shares: 4 }), on({ workers: 4 })]), []);
  assert.deepEqual(differences([on({}), on({ workers: 4 })]), [{ path: 'ray.shares', values: [1, 4] }]);
  assert.deepEqual(differences([on({ cpus: 4 }, 'cpu'), on({ cpus: 2 }, 'cpu')]), []);
});

test('entries that differ have a value for each experiment, in the order of the file', () => {
  const found = differences([
    experiment(),
    experiment({ seed: 4, training: { steps: 7 } }),
    experiment({ training: { steps: 100 } }),
  ]);
  assert.deepEqual(found, [
    { path: 'training.steps', values: [100, 7, 100] },
    { path: 'seed', values: [0, 4, 0] },
  ]);
});

test('an optional entry that only one experiment has is absent in the others', () => {
  const found = differences([experiment(), experiment({ dataset: { source: 'd.jsonl', test: 't.jsonl' } })]);
  assert.deepEqual(found, [{ path: 'dataset.test', values: [undefined, 't.jsonl'] }]);
});

test('a section that only one experiment has is one difference', () => {
  const sampling = { maxBatches: 3 };
  const found = differences([experiment(), experiment({ algorithm: { dynamicSampling: sampling } })]);
  assert.deepEqual(found, [{ path: 'algorithm.dynamicSampling', values: [false, sampling] }]);
});

test('rewards are matched by name, so that one more before the others moves none', () => {
  const correct = { function: 'gsm8k', name: 'correct' };
  const found = differences([
    experiment({ rewards: [correct] }),
    experiment({ rewards: [{ function: 'format' }, { ...correct, weight: 2 }] }),
  ]);
  assert.deepEqual(
    found.map(({ path }) => path),
    ['rewards[correct].weight', 'rewards[format]'],
  );
  assert.deepEqual(found[0]?.values, [1, 2]);
});

test('lists are compared as a whole', () => {
  const found = differences([experiment({ rollout: { stop: ['a'] } }), experiment({ rollout: { stop: ['a', 'b'] } })]);
  assert.deepEqual(found, [{ path: 'rollout.stop', values: [['a'], ['a', 'b']] }]);
});

test('an experiment never differs from itself, however often it is compared', () => {
  const changed = fc.record({
    seed: fc.nat(1000),
    rate: fc.double({ min: 1e-9, max: 1, noNaN: true }),
    stop: fc.array(fc.string({ minLength: 1 })),
  });
  fc.assert(
    fc.property(changed, fc.integer({ min: 1, max: 10 }), ({ seed, rate, stop }, times) => {
      const one = experiment({ seed, optimizer: { learningRate: rate }, rollout: { stop } });
      assert.deepEqual(differences(Array.from({ length: times }, () => structuredClone(one))), []);
    }),
  );
});

test('what differs between two is the same whichever comes first', () => {
  const rates = fc.constantFrom(1e-5, 3e-4);
  const input = fc.record({ seed: fc.nat(1), steps: fc.integer({ min: 1, max: 2 }), rate: rates, full: fc.boolean() });
  const make = ({
    seed,
    steps,
    rate,
    full,
  }: {
    seed: number;
    steps: number;
    rate: number;
    full: boolean;
  }): Experiment => experiment({ seed, full, training: { steps }, optimizer: { learningRate: rate } });
  fc.assert(
    fc.property(input, input, (a, b) => {
      const forth = differences([make(a), make(b)]);
      const back = differences([make(b), make(a)]);
      assert.deepEqual(
        forth.map(({ path, values }) => ({ path, values: values.toReversed() })),
        back,
      );
      const changed = Number(a.seed !== b.seed) + Number(a.steps !== b.steps) + Number(a.rate !== b.rate);
      assert.equal(forth.length, changed + Number(a.full !== b.full));
    }),
  );
});

test('the order of tasks, which decides what is drawn', () => {
  const task = { dataset: { source: 'd' } };
  const of = (...names: string[]): Experiment =>
    experimentSchema.parse({ model: 'm', tasks: Object.fromEntries(names.map((name) => [name, task])) });
  assert.deepEqual(differences([of('a', 'b'), of('b', 'a')]), [
    {
      path: 'tasks',
      values: [
        ['a', 'b'],
        ['b', 'a'],
      ],
    },
  ]);
  assert.deepEqual(differences([of('a', 'b'), of('a', 'b')]), []);
  assert.deepEqual(
    differences([of('a', 'b'), of('b')]).map(({ path }) => path.startsWith('tasks.a')),
    [true],
    'a task that is missing says enough',
  );
});

test('paths of all entries', () => {
  const paths = leafPaths(experiment({ rewards: [{ function: 'gsm8k' }] }));
  assert.ok(paths.includes('optimizer.learningRate'));
  assert.ok(paths.includes('rewards[gsm8k].weight'));
  assert.ok(!paths.includes('optimizer'));
});

test('the order of keys does not make another text', () => {
  assert.equal(canonical({ b: 1, a: [{ d: 2, c: 3 }] }), canonical({ a: [{ c: 3, d: 2 }], b: 1 }));
  assert.notEqual(canonical([1, 2]), canonical([2, 1]));
  assert.notEqual(canonical(undefined), canonical(null));
});

test('the seed that a random reward has of its run is no difference, one of its own is', () => {
  const of = (seed: number, own: number): Experiment =>
    experiment({ seed, rewards: [{ function: 'random', options: { seed: own } }] });
  const paths = (...experiments: readonly Experiment[]): string[] => differences(experiments).map(({ path }) => path);
  assert.deepEqual(paths(of(1, 1), of(2, 2)), ['seed']);
  assert.deepEqual(paths(of(1, 5), of(1, 6)), ['rewards[random].options.seed']);
});
