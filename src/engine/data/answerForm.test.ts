import assert from 'node:assert/strict';
import { test } from 'node:test';
import { THINK_ANSWER } from '../../library/rewards/format.ts';
import { extractionRules } from '../../library/extraction.ts';
import { answerFormatNames, answerFormats, formatAskedFor } from '../protocol/answerFormats.ts';
import { inAnswerFormat } from './answerForm.ts';

const gsm8k = ' 48 / 2 = 24, and 48 + 24 = 72.\n#### 72\n';

test('an answer of GSM8K in each form; space around it stays', () => {
  const reasoning = '48 / 2 = 24, and 48 + 24 = 72.';
  assert.equal(inAnswerFormat('gsm8k', gsm8k), gsm8k);
  assert.equal(inAnswerFormat('boxed', gsm8k), ` ${reasoning}\n\\boxed{72}\n`);
  assert.equal(inAnswerFormat('think', gsm8k), ` <think>\n${reasoning}\n</think>\n<answer>72</answer>\n`);
  assert.equal(
    inAnswerFormat('think-boxed', gsm8k),
    ` <think>\n${reasoning}\n</think>\n<answer>\\boxed{72}</answer>\n`,
  );
});

test('from every form into every form, once is enough', () => {
  for (const from of answerFormatNames) {
    const answer = answerFormats[from].write('One and one is two.', '2');
    for (const to of answerFormatNames) {
      const formed = inAnswerFormat(to, answer);
      assert.ok(formed !== null && answerFormats[to].isIn(formed), `${from} to ${to}: ${formed}`);
      assert.equal(inAnswerFormat(to, formed), formed, `${from} to ${to}, again`);
      assert.equal(to.startsWith('think'), THINK_ANSWER.test(formed), `${from} to ${to}`);
    }
  }
});

test('a result alone, a box with braces in it, and what shows no result', () => {
  assert.equal(inAnswerFormat('boxed', '8'), '\\boxed{8}');
  assert.equal(
    inAnswerFormat('gsm8k', 'It is \\boxed{\\frac{1}{2}}.'),
    'It is \\boxed{\\frac{1}{2}}.\n#### \\frac{1}{2}',
  );
  assert.equal(inAnswerFormat('boxed', 'Several lines.\nNo result.'), null);
  assert.equal(inAnswerFormat('think', ' \n'), null);
});

test('an instruction asks for its own form', () => {
  for (const name of answerFormatNames) assert.equal(formatAskedFor(answerFormats[name].instruction), name);
  assert.equal(formatAskedFor('{question}\n'), null);
  assert.equal(formatAskedFor('#### Question:\n{question}\n'), null);
  assert.equal(formatAskedFor('End with #### 72.'), 'gsm8k');
});

test('what a rule for the form reads is the result', () => {
  const read = { gsm8k: 'openai', boxed: 'boxed', think: 'tulu', 'think-boxed': 'boxed' } as const;
  for (const name of answerFormatNames)
    assert.equal(extractionRules[read[name]].extract(answerFormats[name].write('1 + 1 = 2', '72')), '72', name);
});
