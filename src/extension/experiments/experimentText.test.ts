import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { builtinRewardNames, builtinRewards } from '../../engine/protocol/builtinRewards.ts';
import type { Experiment } from '../../engine/protocol/experiment.ts';
import { experimentAdvice, parseExperiment } from '../../engine/protocol/experimentFile.ts';
import { experimentText, type NewExperiment } from './experimentText.ts';
import { readRewardTemplates } from './rewardTemplates.ts';

const rewardTemplates = readRewardTemplates(join(import.meta.dirname, '../../library/rewards'));

const usual: NewExperiment = {
  model: '../models/gpt2',
  chat: false,
  dataset: { source: 'train.jsonl', rows: 1000, question: 'question', answer: 'answer', heldOut: null },
  reward: { kind: 'builtin', name: 'gsm8k' },
};

function written(changes: Partial<NewExperiment> = {}): Experiment {
  return parseExperiment(experimentText({ ...usual, ...changes }), 'new.rlvr.json');
}

test('what was chosen is what the experiment says', () => {
  const { model, dataset, rewards, lora, full } = written();
  assert.equal(model, '../models/gpt2');
  assert.deepEqual([dataset?.source, dataset?.validation, dataset?.prompt], ['train.jsonl', 200, '{question}\n']);
  assert.deepEqual([rewards[0]?.function, rewards[0]?.options], ['gsm8k', {}]);
  assert.deepEqual([lora?.rank, full], [16, false]);
});

test('every kind of reward makes an experiment that can be started', () => {
  for (const name of builtinRewardNames) {
    const [reward] = written({ reward: { kind: 'builtin', name } }).rewards;
    assert.equal(reward?.function, name);
    assert.deepEqual(reward.options, builtinRewards[name].required);
  }
  for (const template of rewardTemplates) {
    const [reward] = written({ reward: { kind: 'template', template, file: 'reward.ts' } }).rewards;
    assert.deepEqual([reward?.file, reward?.function, reward?.per], ['reward.ts', template.function, template.per]);
  }
});

test('the model is told the form that the reward looks for, unless it is the demo model', () => {
  for (const chat of [true, false]) {
    const text = experimentText({ ...usual, chat });
    assert.equal(parseExperiment(text, 'new.rlvr.json').dataset?.format, 'gsm8k');
    assert.deepEqual(experimentAdvice(text, 'new.rlvr.json'), []);
  }
  assert.equal(written({ reward: { kind: 'builtin', name: 'length' } }).dataset?.format, undefined);
  assert.equal(written({ model: 'builtin:demo' }).dataset?.format, undefined);
});

test('columns of other names are said', () => {
  const dataset = { ...usual.dataset, question: 'problem', answer: 'solution' };
  const experiment = written({ dataset });
  assert.equal(experiment.dataset?.prompt, '{problem}\n');
  assert.deepEqual(experiment.rewards[0]?.options, { answerColumn: 'solution' });
  assert.equal(written({ dataset: { ...dataset, question: 'prompt' } }).dataset?.prompt, '{prompt}');
});

test('a chat model is asked in its own form', () => {
  const { chat, prompt } = written({ chat: true }).dataset ?? {};
  assert.deepEqual([chat, prompt], [true, '{question}']);
  assert.equal(written().dataset?.chat, false);
});

test('rows to measure on: a fifth of few, no more than so many, or those the dataset names', () => {
  const held = (rows: number): unknown => written({ dataset: { ...usual.dataset, rows } }).dataset?.validation;
  assert.deepEqual([held(2), held(100), held(1_000_000)], [1, 20, 256]);
  const heldOut = { split: 'held "out"' };
  assert.deepEqual(written({ dataset: { ...usual.dataset, heldOut } }).dataset?.validation, heldOut);
});

test('the built-in model is trained whole, as in the demo', () => {
  const { full, lora, rollout } = written({ model: 'builtin:demo' });
  assert.deepEqual([full, lora, rollout.maxCompletionLength], [true, undefined, 16]);
});

test('paths and columns that need escapes keep their meaning', () => {
  const strange = 'a "b" \\ c';
  const dataset = { ...usual.dataset, source: strange, question: strange, answer: strange };
  const experiment = written({ dataset });
  assert.equal(experiment.dataset?.source, strange);
  assert.equal(experiment.dataset.prompt, `{${strange}}\n`);
  assert.equal(experiment.rewards[0]?.options['answerColumn'], strange);
});
