import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experimentSchema, type Experiment, type ExperimentInput } from '../protocol/experiment.ts';
import { tasksOf } from '../protocol/tasks.ts';
import { controlled } from './controls.ts';

function experiment(changes: Partial<ExperimentInput> = {}): Experiment {
  const rewards = [
    { file: 'r.ts', function: 'correct' },
    { function: 'format', weight: 0.1 },
  ];
  return experimentSchema.parse({ model: 'm', dataset: { source: 'd' }, rewards, ...changes });
}

test('without a control nothing changes', () => {
  const plain = experiment();
  assert.equal(controlled(plain), plain);
});

test('a random reward is all that is trained on, and the same says what is solved', () => {
  const { rewards, evaluation, training } = controlled(experiment({ control: 'random-reward' }));
  assert.deepEqual(
    rewards.map(({ function: name, weight }) => [name, weight]),
    [
      ['correct', 0],
      ['format', 0],
      ['random', 1],
    ],
  );
  assert.equal(evaluation.reward, 'correct');
  assert.deepEqual(training, experiment().training);
});

test('of several tasks each has the random reward too, and says as before what is solved', () => {
  const dataset = { source: 'd' };
  const tasks = { a: { dataset, rewards: ['format'] }, b: { dataset, rewards: ['correct'] }, c: { dataset } };
  const found = controlled(experiment({ dataset: undefined, tasks, control: 'random-reward' }));
  assert.deepEqual(
    tasksOf(found).map(({ rewards, solvedBy }) => [rewards, solvedBy]),
    [
      [['format', 'random'], 'format'],
      [['correct', 'random'], 'correct'],
      [['correct', 'format', 'random'], 'correct'],
    ],
  );
});

test('a reward of that name keeps it', () => {
  const rewards = [{ file: 'r.ts', function: 'random' }];
  const found = controlled(experiment({ control: 'random-reward', rewards }));
  assert.deepEqual(
    found.rewards.map(({ name }) => name),
    [undefined, 'random_control'],
  );
});

test('no training takes no step', () => {
  assert.equal(controlled(experiment({ control: 'no-training' })).training.steps, 0);
});

test('what trains on no reward has no random one', () => {
  const supervised = experiment({ control: 'random-reward', method: 'sft' });
  assert.throws(() => controlled(supervised), { name: 'UserError', message: /trains on none/ });
  assert.throws(() => controlled(experiment({ control: 'random-reward', rewards: [] })), { name: 'UserError' });
});

test('the chance of a random reward is that of the run', () => {
  assert.deepEqual(controlled(experiment({ control: 'random-reward', seed: 7 })).rewards.at(-1)?.options, { seed: 7 });
});
