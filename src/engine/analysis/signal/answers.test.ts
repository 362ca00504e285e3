import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experimentSchema, type ExperimentInput } from '../../protocol/experiment.ts';
import { answerFinder } from './answers.ts';

function finderOf(rewards: ExperimentInput['rewards'], evaluation: ExperimentInput['evaluation'] = {}) {
  return answerFinder(
    experimentSchema.parse({ model: 'model', dataset: { source: 'train.jsonl' }, rewards, evaluation }),
  );
}

test('each rule of gsm8k finds what it reads', () => {
  const strict = finderOf([{ function: 'gsm8k' }]) ?? assert.fail();
  assert.deepEqual(['#### 7', '7', ''].map(strict), [true, false, false]);
  const flexible = finderOf([{ function: 'gsm8k', options: { rule: 'verl-flexible' } }]) ?? assert.fail();
  assert.deepEqual(['so it is 7', 'none'].map(flexible), [true, false]);
});

test('the last number after the marker', () => {
  const marked = finderOf([{ function: 'finalNumber' }]) ?? assert.fail();
  assert.deepEqual(['a #### b', '7'].map(marked), [true, false]);
});

test('of another reward nobody knows', () => {
  assert.equal(finderOf([]), null);
  assert.equal(finderOf([{ function: 'format' }]), null);
  assert.equal(finderOf([{ function: 'gsm8k', options: { rule: 'none such' } }]), null);
  assert.equal(finderOf([{ file: 'reward.ts', function: 'gsm8k' }]), null, "the user's function of that name");
});

test('the reward that decides is asked, under whatever name', () => {
  const rewards = [{ function: 'format' }, { function: 'gsm8k', name: 'right' }];
  assert.notEqual(finderOf(rewards, { reward: 'right' }), null);
});
