import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planLines } from './serverText.ts';

const ADDRESS = 'https://api.example.com/v1';
const plan = {
  problems: 64,
  samples: 2,
  promptTokens: 10_000,
  completionTokens: 32_768,
  known: 0,
  judges: [],
} as const;

test('before anything is sent it is said how much, where to and for how much at most', () => {
  const [asked = '', tokens = '', where = ''] = planLines({ ...plan, form: 'chat' }, ADDRESS, { input: 1, output: 2 });
  assert.equal(asked, '128 requests: 64 problems, 2 samples of each, each as a conversation.');
  assert.match(
    tokens,
    /About 10,000 tokens of prompts, and up to 32,768 of completions.*By the prices given that is up to about 0\.0756; .*charged again/,
  );
  assert.equal(
    where,
    'The problems go to https://api.example.com/v1. The rewards of the run score the answers on this machine. The result is a run beside it.',
  );
});

test('without prices nothing is said of money, and what is known is not asked again', () => {
  const text = planLines({ ...plan, form: 'completions', known: 12 }, ADDRESS, null).join('\n');
  assert.match(text, /as a text to continue\. 12 were answered in a call that did not finish/);
  assert.doesNotMatch(text, /prices/);
});

test('where a reward asks a judge, that is said too', () => {
  const judges = ['https://judge.example.com/v1'];
  const text = planLines({ ...plan, form: 'chat', judges }, ADDRESS, null).join('\n');
  assert.match(text, /ask the judge at https:\/\/judge\.example\.com\/v1: .*may cost money/);
  assert.doesNotMatch(text, /on this machine/);
});
