import assert from 'node:assert/strict';
import { test } from 'node:test';
import { promptText } from './promptText.ts';

/** A tokenizer of characters that puts "^" in front, which as text is that token too. */
function encode(text: string, { addSpecialTokens }: { readonly addSpecialTokens: boolean }): Int32Array {
  return Int32Array.from((addSpecialTokens ? `^${text}` : text).split(''), (each) => each.codePointAt(0) ?? 0);
}

function asked(text: string, addSpecialTokens: boolean): { readonly prompt: string; readonly tokens: Int32Array } {
  return { prompt: text, tokens: encode(text, { addSpecialTokens }) };
}

test('special tokens stand in front once, whoever writes them', () => {
  const tokenizer = { encode, specialPrefix: '^' };
  // Plain text, and what a chat template rendered.
  const plain = asked('two', true);
  const chat = asked('^two', false);
  for (const adds of [true, false]) {
    for (const problem of [plain, chat]) {
      const { text, exact } = promptText(problem, tokenizer, adds);
      assert.ok(exact);
      assert.deepEqual(encode(text, { addSpecialTokens: adds }), problem.tokens);
    }
  }
  // A template that writes none can only be given to a trainer that adds none.
  const bare = asked('two', false);
  assert.deepEqual(promptText(bare, tokenizer, false), { text: 'two', exact: true });
  assert.deepEqual(promptText(bare, tokenizer, true), { text: 'two', exact: false });
});
