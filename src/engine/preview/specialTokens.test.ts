import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demoTokenizer, storiesTokenizer } from '../../../test/support/tokenizers.ts';
import { Tokenizer } from '../model/tokenizer.ts';
import { showPrompt } from './specialTokens.ts';

const marked = ({ text, special }: ReturnType<typeof showPrompt>): string[] =>
  special.map(([offset, length]) => text.slice(offset, offset + length));

test('what the tokenizer puts before a plain text is shown', async () => {
  const stories = await Tokenizer.load(storiesTokenizer);
  const shown = showPrompt({ text: 'Once upon a time', addSpecialTokens: true }, stories);
  assert.equal(shown.text, '<s>Once upon a time');
  assert.deepEqual(marked(shown), ['<s>']);
  assert.equal(shown.tokens, stories.encode('Once upon a time').length);
});

test('special tokens that a chat template wrote are marked where they stand', async () => {
  const demo = await Tokenizer.load(demoTokenizer);
  const text = '<|end|>How many <|end|><|end|>?';
  const shown = showPrompt({ text, addSpecialTokens: false }, demo);
  assert.equal(shown.text, text);
  assert.deepEqual(marked(shown), ['<|end|>', '<|end|>', '<|end|>']);
  assert.deepEqual(
    shown.special.map(([offset]) => offset),
    [0, 16, 23],
  );
});

test('text that only looks like a special token is none', async () => {
  const demo = await Tokenizer.load(demoTokenizer);
  assert.deepEqual(showPrompt({ text: 'How <|im_start|> many?', addSpecialTokens: true }, demo).special, []);
});
