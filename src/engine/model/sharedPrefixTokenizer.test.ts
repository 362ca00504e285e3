import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { demoTokenizer, storiesTokenizer, withGpt2Tokenizer } from '../../../test/support/tokenizers.ts';
import { SharedPrefixTokenizer } from './sharedPrefixTokenizer.ts';
import { Tokenizer } from './tokenizer.ts';

/** GPT-2's own has no such token, and is that of a base model; so it is given ChatML's. */
async function chatGpt2(folder: string): Promise<Tokenizer> {
  const file = join(folder, 'tokenizer.json');
  const parsed = z.looseObject({ added_tokens: z.array(z.unknown()) }).parse(JSON.parse(await readFile(file, 'utf8')));
  const tags = ['<|im_start|>', '<|im_end|>', '<|im_end|><', '|>|'].map((content, index) => ({
    id: 50_257 + index,
    content,
    special: true,
    normalized: false,
    lstrip: false,
    rstrip: false,
    single_word: false,
  }));
  await writeFile(file, JSON.stringify({ ...parsed, added_tokens: [...parsed.added_tokens, ...tags] }));
  return Tokenizer.load(folder);
}

const tokenizers = [
  await Tokenizer.load(demoTokenizer),
  await Tokenizer.load(storiesTokenizer),
  await withGpt2Tokenizer(chatGpt2),
];

/** Pieces in which spaces, words and digits meet at the seams. */
const piece = fc.array(fc.constantFrom(' ', 'How', 'many', '?', '12', '\n', 'é', '<|', '<', 's>', '  '), {
  maxLength: 8,
});

test('texts that begin alike are encoded as each would be alone', () => {
  for (const tokenizer of tokenizers) {
    const separators = tokenizer.separators;
    assert.ok(separators.length > 0);
    const beginning = fc
      .array(fc.tuple(piece, fc.constantFrom(...separators)), { minLength: 20, maxLength: 60 })
      .map((parts) => parts.map(([words, separator]) => words.join('') + separator).join(''));
    fc.assert(
      fc.property(beginning, fc.array(piece, { minLength: 2, maxLength: 5 }), fc.boolean(), (start, ends, special) => {
        const shared = new SharedPrefixTokenizer(tokenizer);
        for (const end of ends) {
          const text = start + end.join('');
          assert.deepEqual(
            shared.encode(text, { addSpecialTokens: special }),
            tokenizer.encode(text, { addSpecialTokens: special }),
          );
        }
      }),
      { numRuns: 60 },
    );
  }
});

test('a separator that is a piece of a longer one, or that another laps over, is none', () => {
  const [, , tokenizer = assert.fail()] = tokenizers;
  const start = 'word '.repeat(60);
  for (const ends of [
    ['<|im_end|>x', '<|im_end|><y'],
    ['<|im_end|><x, and so on', '<|im_end|><x, and another'],
    ['<|im_end|>||| with words behind it: one', '<|im_end|>||| with words behind it: two'],
    ['<|im_end|>words behind it', '<|im_end|>words behind it, too', '<|im_end|><y'],
  ]) {
    const shared = new SharedPrefixTokenizer(tokenizer);
    for (const text of ends.map((end) => start + end))
      assert.deepEqual(
        shared.encode(text, { addSpecialTokens: false }),
        tokenizer.encode(text, { addSpecialTokens: false }),
        text,
      );
  }
});

test('what is shared is encoded once', () => {
  const encoded: number[] = [];
  const shared = new SharedPrefixTokenizer({
    separators: ['<s>'],
    encode: (text) => {
      encoded.push(text.length);
      return Int32Array.from(text.replaceAll('<s>', 'S'), (character) => character.charCodeAt(0));
    },
  });
  const start = `${'example '.repeat(50)}<s>`;
  const ids = ['one?', 'two?', 'three?'].map((end) => shared.encode(start + end, { addSpecialTokens: false }));
  assert.deepEqual(encoded, [407, 403, 3, 7, 9]);
  assert.deepEqual(
    ids.map((tokens) => String.fromCharCode(...tokens.slice(400))),
    ['Sone?', 'Stwo?', 'Sthree?'],
  );
  shared.encode('something else', { addSpecialTokens: false });
  assert.equal(encoded.at(-1), 14);
});
