import assert from 'node:assert/strict';
import { test } from 'node:test';
import { extractionRuleNames, extractionRules } from '../../library/extraction.ts';
import { MARKED_NUMBER, THINK_ANSWER } from '../../library/rewards/format.ts';
import { answerFormatNames, answerFormats } from './answerFormats.ts';
import { experimentSchema } from './experiment.ts';
import { experimentAdvice } from './experimentFile.ts';
import { formatsReadByRule, promptAdvice } from './promptAdvice.ts';

function advice(dataset: object, ...rewards: readonly object[]): string[] {
  const experiment = experimentSchema.parse({ model: 'm', dataset: { source: 's.jsonl', ...dataset }, rewards });
  return promptAdvice(experiment).map(({ message }) => message);
}

test('the table of rules is what the rules do', () => {
  assert.deepEqual(Object.keys(formatsReadByRule).sort(), [...extractionRuleNames].sort());
  for (const rule of extractionRuleNames)
    for (const format of answerFormatNames) {
      const found = extractionRules[rule].extract(answerFormats[format].write('40 + 32 = 72', '72')) === '72';
      assert.equal(formatsReadByRule[rule]?.includes(format), found, `${rule} on ${format}`);
    }
});

test('the form of the built-in format reward is that of the formats it is said to read', () => {
  for (const format of answerFormatNames) {
    const answer = answerFormats[format].write('40 + 32 = 72', '72');
    const isRead = [THINK_ANSWER, MARKED_NUMBER].some((form) => form.test(answer));
    assert.equal(advice({ format }, { function: 'format' }).length === 0, isRead, format);
  }
});

test('a rule that finds nothing in what the prompt asks for is named, with what to set', () => {
  const [message, ...others] = advice({ format: 'boxed' }, { function: 'gsm8k' });
  assert.deepEqual(others, []);
  assert.match(
    message ?? '',
    /^rewards\[0\]: dataset\.format `boxed` asks for answers like `\\boxed\{72\}`, and "gsm8k" with the rule `openai` looks for `#### 72`/,
  );
  assert.match(message ?? '', /Set its `options\.rule` to .*`tulu`.*`boxed`, or set `dataset\.format` to `gsm8k`\.$/);
  assert.match(
    advice({ format: 'think' }, { function: 'finalNumber' })[0] ?? '',
    /Take the reward `gsm8k` with `options\.rule`/,
  );
});

test('where they agree, nothing is said', () => {
  assert.deepEqual(advice({ format: 'gsm8k' }, { function: 'gsm8k' }, { function: 'finalNumber' }), []);
  assert.deepEqual(advice({ format: 'boxed' }, { function: 'gsm8k', options: { rule: 'boxed' } }), []);
  assert.deepEqual(
    advice({ format: 'think' }, { function: 'gsm8k', options: { rule: 'tulu' } }, { function: 'format' }),
    [],
  );
  assert.deepEqual(advice({}, { function: 'gsm8k' }), []);
});

test('a prompt in words of its own is read too; code of the user is not judged', () => {
  const prompt = 'Put the answer in \\boxed{{}}.\n{question}\n';
  const [message] = advice({ prompt }, { function: 'gsm8k' });
  assert.match(
    message ?? '',
    /the prompt asks for answers like `\\boxed\{72\}`.* or let the prompt ask for `#### 72`\.$/,
  );
  assert.equal(advice({ chat: true, system: 'Use <think> tags.' }, { function: 'finalNumber' }).length, 1);
  assert.deepEqual(advice({ prompt }, { function: 'correct', file: 'reward.ts' }, { function: 'length' }), []);
});

test('of several tasks each is held against the rewards that apply to it, where it asks', () => {
  const experiment = experimentSchema.parse({
    model: 'm',
    tasks: {
      gsm8k: { dataset: { source: 'a', format: 'gsm8k' }, rewards: ['gsm8k'] },
      math: { dataset: { source: 'b', format: 'boxed' }, rewards: ['boxed'] },
      svamp: { dataset: { source: 'c', prompt: 'Use \\boxed{{}}. {question}' }, rewards: ['gsm8k', 'boxed'] },
    },
    rewards: [{ function: 'gsm8k' }, { function: 'gsm8k', name: 'boxed', options: { rule: 'boxed' } }],
  });
  const [problem, ...others] = promptAdvice(experiment);
  assert.deepEqual(others, []);
  assert.deepEqual(problem?.path, ['tasks', 'svamp', 'dataset', 'prompt']);
  assert.match(
    problem.message,
    /^tasks\.svamp\.dataset\.prompt: the prompt asks for answers like .*"gsm8k" with the rule `openai`/,
  );
  const set = experimentSchema.parse({
    ...experiment,
    tasks: { svamp: { dataset: { source: 'c', format: 'boxed' } } },
  });
  assert.match(promptAdvice(set)[0]?.message ?? '', /or set `tasks\.svamp\.dataset\.format` to `gsm8k`\.$/);
});

test('a pattern is tried on an answer in the form', () => {
  const reward = (pattern: string): object => ({ function: 'format', options: { pattern } });
  assert.deepEqual(advice({ format: 'boxed' }, reward('\\\\boxed\\{')), []);
  assert.match(advice({ format: 'gsm8k' }, reward('\\\\boxed\\{'))[0] ?? '', /options\.pattern/);
  assert.match(advice({ format: 'gsm8k' }, reward('^never$'))[0] ?? '', /looks for another form/);
  assert.deepEqual(advice({ format: 'gsm8k' }, reward('(')), []);
});

test('in a file it has its place; a file with faults has no advice', () => {
  const text =
    '{ "model": "m", "dataset": { "source": "s", "format": "boxed" }, "rewards": [{ "function": "gsm8k" }] }';
  const [fault] = experimentAdvice(text, 'x.rlvr.json');
  assert.equal(fault?.place.range?.offset, text.indexOf('{ "function"'));
  assert.deepEqual(experimentAdvice(text.replace('"boxed"', '"box"'), 'x.rlvr.json'), []);
  assert.deepEqual(experimentAdvice('{', 'x.rlvr.json'), []);
});
