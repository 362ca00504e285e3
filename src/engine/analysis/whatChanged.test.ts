import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experimentSchema, type Experiment, type ExperimentInput } from '../protocol/experiment.ts';
import { changeSentence, whatChanged, type Setup } from './whatChanged.ts';

function experiment(changes: Partial<ExperimentInput> = {}): Experiment {
  const rewards = [{ file: 'reward.ts', function: 'correct' }];
  return experimentSchema.parse({ model: 'm', dataset: { source: 'd.jsonl' }, rewards, ...changes });
}

function sentence(before: Setup, after: Setup): string {
  return changeSentence(whatChanged(before, after), after);
}

function between(before: Partial<ExperimentInput>, after: Partial<ExperimentInput>): string {
  return sentence({ experiment: experiment(before) }, { experiment: experiment(after) });
}

test('nothing changed', () => {
  assert.equal(between({ name: 'one' }, { name: 'two' }), 'nothing changed');
});

test('one value, in the notation of learning rates', () => {
  assert.equal(
    between({ optimizer: { learningRate: 5e-4 } }, { optimizer: { learningRate: 3e-4 } }),
    'changed: learningRate 5e-4 → 3e-4',
  );
});

test('a name that several sections have is given with its section', () => {
  assert.equal(
    between({}, { rollout: { temperature: 0.7 }, training: { steps: 50 } }),
    'changed: steps 100 → 50, rollout.temperature 1 → 0.7',
  );
});

test('more than three are names, and more than those are counted', () => {
  const three = { seed: 1, threads: 2, training: { steps: 5 } };
  assert.equal(between({}, three), 'changed: steps 100 → 5, seed 0 → 1, threads 0 → 2');
  assert.equal(between({}, { ...three, rollout: { groupSize: 4, topK: 5 } }), 'changed: steps, groupSize and 3 more');
});

test('long values are left out', () => {
  const prompt = 'Answer the following question with great care, step by step, and end with the number: {question}\n';
  assert.equal(between({}, { dataset: { source: 'd.jsonl', prompt } }), 'changed: prompt');
});

test('a reward that was added or removed is said to be', () => {
  const rewards = [{ file: 'reward.ts', function: 'correct' }, { function: 'format' }];
  assert.equal(between({}, { rewards }), 'changed: reward format added');
  assert.equal(between({ rewards }, {}), 'changed: reward format removed');
  assert.equal(between({ lora: {} }, { full: true }), 'changed: lora removed, full false → true');
});

test('contents that changed under the same name come first', () => {
  const one = { experiment: experiment(), rewardHashes: { correct: 'a' }, datasetHash: 'd', modelHash: 'm', code: 'c' };
  const other = { ...one, experiment: experiment({ seed: 3 }), rewardHashes: { correct: 'b' } };
  assert.deepEqual(whatChanged(one, other), [
    { path: 'rewards[correct]', before: 'a', after: 'b', kind: 'contents' },
    { path: 'seed', before: 0, after: 3, kind: 'value' },
  ]);
  assert.equal(sentence(one, other), 'changed: reward correct, seed 0 → 3');
  assert.equal(sentence(one, { ...one, datasetHash: 'e', modelHash: 'n' }), 'changed: dataset, model');
});

test('what one side does not know is not compared, and what the experiment says already is said once', () => {
  const known = { experiment: experiment(), rewardHashes: { correct: 'a' }, datasetHash: 'd', modelHash: 'm' };
  assert.equal(sentence(known, { experiment: experiment() }), 'nothing changed');
  const other = { ...known, experiment: experiment({ model: 'n' }), modelHash: 'n' };
  assert.equal(sentence(known, other), 'changed: model m → n');
});
