import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experimentSchema, type Experiment, type ExperimentInput } from '../../protocol/experiment.ts';
import { solvedByWords } from '../solvedByWords.ts';
import { metricIdentity, solvedIdentities } from './measure.ts';

type Rewards = NonNullable<ExperimentInput['rewards']>;

function experiment(rewards: Rewards, solved?: string): Experiment {
  const evaluation = solved === undefined ? {} : { reward: solved };
  return experimentSchema.parse({ model: 'm', dataset: { source: 'd' }, rewards, evaluation });
}

function solvedIdentity(of: Experiment, manifest: typeof hashes | { rewardHashes: { right: string } }): string | null {
  return solvedIdentities(of, manifest).get(null) ?? null;
}

const correct = { file: 'r.ts', function: 'correct' };
const format = { function: 'format', weight: 0.1 };
const hashes = { rewardHashes: { correct: 'one', format: 'two' } };
const edited = { rewardHashes: { correct: 'edited', format: 'two' } };

test('the first reward says what is solved, unless the evaluation names another', () => {
  assert.equal(solvedByWords(experiment([correct, format])), 'correct');
  assert.equal(solvedByWords(experiment([correct, format], 'format')), 'format');
  assert.equal(solvedByWords(experiment([])), null);
});

test('the same code, function and options are the same measure; a weight or a name changes nothing', () => {
  const one = solvedIdentity(experiment([correct, format]), hashes);
  assert.equal(solvedIdentity(experiment([{ ...correct, weight: 3 }]), hashes), one);
  assert.equal(solvedIdentity(experiment([{ ...correct, name: 'right' }]), { rewardHashes: { right: 'one' } }), one);
  assert.notEqual(solvedIdentity(experiment([correct]), edited), one);
  assert.notEqual(solvedIdentity(experiment([{ ...correct, function: 'strict', name: 'correct' }]), hashes), one);
  assert.notEqual(solvedIdentity(experiment([{ ...correct, options: { exact: true } }]), hashes), one);
});

test('a metric is what its rewards are', () => {
  const both = experiment([correct, format]);
  const differ = (metric: string): boolean =>
    metricIdentity(both, hashes, metric) !== metricIdentity(both, edited, metric);
  for (const metric of ['reward', 'reward_std', 'groups/reward_std', 'rewards/correct/mean', 'eval/accuracy'])
    assert.ok(differ(metric), metric);
  for (const metric of ['eval_reward', 'eval_rewards/correct/std', 'groups/all_wrong_frac', 'eval/pass@4'])
    assert.ok(differ(metric), metric);
  for (const metric of [
    'rewards/format/mean',
    'completions/mean_length',
    'loss',
    'frac_reward_zero_std',
    'reward/error_rate',
  ])
    assert.ok(!differ(metric), metric);
  assert.equal(metricIdentity(both, hashes, 'completions/mean_length'), null);
});

test('a weight changes the sum and nothing else', () => {
  const heavier = experiment([correct, { ...format, weight: 1 }]);
  const lighter = experiment([correct, format]);
  assert.notEqual(metricIdentity(heavier, hashes, 'reward'), metricIdentity(lighter, hashes, 'reward'));
  assert.equal(metricIdentity(heavier, hashes, 'eval/accuracy'), metricIdentity(lighter, hashes, 'eval/accuracy'));
});

test("the seed of a random reward that is the run's is no other measure", () => {
  const of = (seed: number): Experiment => ({ ...experiment([{ function: 'random', options: { seed } }]), seed });
  const random = { rewardHashes: { random: 'one' } };
  for (const metric of ['reward', 'rewards/random/mean'])
    assert.equal(metricIdentity(of(1), random, metric), metricIdentity(of(2), random, metric), metric);
});

test('of several tasks each has its own rewards, and what is of the whole run is of all of them', () => {
  const task = (rewards: string[], solvedBy?: string): object => ({ dataset: { source: 'd' }, rewards, solvedBy });
  const of = (b: object): Experiment =>
    experimentSchema.parse({ model: 'm', tasks: { a: task(['correct']), b }, rewards: [correct, format] });
  const [both, one] = [of(task(['correct', 'format'], 'format')), of(task(['correct', 'format']))];
  assert.equal(solvedByWords(both), 'correct (a), format (b)');
  assert.equal(solvedByWords(one), 'correct');
  const differ = (metric: string): boolean =>
    metricIdentity(both, hashes, metric) !== metricIdentity(both, edited, metric);
  const others = { rewardHashes: { correct: 'one', format: 'edited' } };
  const differInForm = (metric: string): boolean =>
    metricIdentity(both, hashes, metric) !== metricIdentity(both, others, metric);
  for (const metric of ['reward', 'eval/accuracy', 'tasks/b/reward']) assert.ok(differInForm(metric), metric);
  for (const metric of ['tasks/a/reward', 'tasks/a/eval/accuracy']) assert.ok(!differInForm(metric), metric);
  assert.ok(differ('tasks/a/eval/accuracy'));
  assert.ok(!differ('tasks/b/eval/accuracy'), 'there the form is what is solved');
  assert.notEqual(metricIdentity(both, hashes, 'eval/accuracy'), metricIdentity(one, hashes, 'eval/accuracy'));
  assert.equal(
    metricIdentity(both, hashes, 'tasks/a/eval/accuracy'),
    metricIdentity(one, hashes, 'tasks/a/eval/accuracy'),
  );
});
