import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experimentSchema, type Experiment, type ExperimentInput } from './experiment.ts';
import { parsePlan, plannedRuns } from './plannedRuns.ts';

function experiment(changes: Partial<ExperimentInput> = {}): Experiment {
  return experimentSchema.parse({ model: 'm', dataset: { source: 'd' }, ...changes });
}

test('one run, as the experiment is', () => {
  assert.deepEqual(plannedRuns(experiment(), parsePlan({})), [{ title: '', overrides: [] }]);
});

test('seeds from its own on, with the parts of its own', () => {
  assert.deepEqual(plannedRuns(experiment({ seed: 7 }), parsePlan({ seeds: '2' })), [
    { title: 'seed 7', overrides: ['seed=7', 'dataset.splitSeed=7'] },
    { title: 'seed 8', overrides: ['seed=8', 'dataset.splitSeed=7'] },
  ]);
  const split = experiment({ dataset: { source: 'd', splitSeed: 1 } });
  assert.deepEqual(plannedRuns(split, parsePlan({ seeds: '2' }))[1]?.overrides, ['seed=1', 'dataset.splitSeed=1']);
  const tasks = { a: { dataset: { source: 'a', splitSeed: 4 } }, b: { dataset: { source: 'b' } } };
  const several = experiment({ dataset: undefined, tasks, seed: 2 });
  assert.deepEqual(plannedRuns(several, parsePlan({ seeds: '2' }))[1]?.overrides, [
    ...['seed=3', 'tasks.a.dataset.splitSeed=4', 'tasks.b.dataset.splitSeed=2'],
  ]);
});

test('controls take its place, with the same seeds', () => {
  const both = ['random-reward', 'no-training', 'random-reward'];
  assert.deepEqual(plannedRuns(experiment(), parsePlan({ control: both })), [
    { title: 'random-reward', overrides: ['control=random-reward'] },
    { title: 'no-training', overrides: ['control=no-training'] },
  ]);
  const [, second] = plannedRuns(experiment(), parsePlan({ control: ['no-training'], seeds: '3' }));
  assert.deepEqual(second, {
    title: 'no-training, seed 1',
    overrides: ['seed=1', 'dataset.splitSeed=0', 'control=no-training'],
  });
});

test('what is no number of seeds, and no control, is refused', () => {
  for (const seeds of ['0', 'x', '1.5', '101', ''])
    assert.throws(() => parsePlan({ seeds }), { name: 'UsageError', message: /from 1 to 100/ });
  assert.throws(() => parsePlan({ control: ['none'] }), {
    name: 'UsageError',
    message: /random-reward or no-training/,
  });
  const last = experiment({ seed: 0xffffffff });
  assert.throws(() => plannedRuns(last, parsePlan({ seeds: '2' })), { name: 'UsageError', message: /below 2\^32/ });
});
