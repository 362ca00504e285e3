import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demonstrationWriter } from './demonstration.ts';
import type { Problem } from './problems.ts';

const END = 99;
const problem: Problem = {
  task: null,
  problem: 4,
  fileRow: 4,
  split: 'train',
  prompt: 'Q',
  row: { question: 'Q', answer: 'abc' },
  tokens: Int32Array.of(1, 2),
};
const encode = (text: string, options: { readonly addSpecialTokens: boolean }): Int32Array => {
  assert.equal(options.addSpecialTokens, false);
  return Int32Array.from(text, (character) => character.charCodeAt(0));
};

test('the rendered completion, closed by the end of sequence', () => {
  const write = demonstrationWriter({ completion: '{answer}!' }, { encode, contextLength: 64 }, END);
  assert.deepEqual(write(problem), Int32Array.of(97, 98, 99, 33, END));
});

test('prompt and demonstration must fit the context together', () => {
  const fits = demonstrationWriter({ completion: '{answer}' }, { encode, contextLength: 6 }, END);
  assert.equal(fits(problem).length, 4);
  const short = demonstrationWriter({ completion: '{answer}' }, { encode, contextLength: 5 }, END);
  assert.throws(
    () => short(problem),
    /Row 4 of the train part: the prompt has 2 tokens and the demonstration 4.*holds 5/,
  );
});

test('a missing column is an error with its row', () => {
  const write = demonstrationWriter({ completion: '{solution}' }, { encode, contextLength: 64 }, END);
  assert.throws(() => write(problem), /the train part, row 4: dataset\.completion names the column \{solution\}/);
});
