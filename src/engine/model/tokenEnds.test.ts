import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { demoTokenizer, storiesTokenizer, withGpt2Tokenizer } from '../../../test/support/tokenizers.ts';
import { TokenEnds } from './tokenEnds.ts';
import { Tokenizer } from './tokenizer.ts';

const tokenizers: { name: string; tokenizer: Tokenizer; ends: TokenEnds }[] = [];
before(async () => {
  const add = (name: string, tokenizer: Tokenizer): void =>
    void tokenizers.push({ name, tokenizer, ends: new TokenEnds(tokenizer) });
  add('gpt2', await withGpt2Tokenizer((folder) => Tokenizer.load(folder)));
  add('stories260K', await Tokenizer.load(storiesTokenizer));
  add('demo', await Tokenizer.load(demoTokenizer));
});

/** The text, cut at the ends of its tokens. */
function pieces(text: string, ends: Int32Array): string[] {
  return Array.from(ends, (end, index) => text.slice(ends[index - 1] ?? 0, end));
}

test('a sentence is cut into its tokens, spaces with the word that follows them', () => {
  for (const { name, tokenizer, ends } of tokenizers) {
    const tokens = [...tokenizer.encode('Once upon a time', { addSpecialTokens: false })];
    const text = tokenizer.decode(tokens);
    const found = pieces(text, ends.of(tokens, text));
    assert.equal(found.join(''), text, name);
    for (const piece of found.slice(1)) assert.match(piece, /^ ?[^ ]*$/, name);
  }
  const [gpt2] = tokenizers;
  const tokens = [...(gpt2?.tokenizer.encode('Once upon a time') ?? [])];
  assert.deepEqual([...(gpt2?.ends.of(tokens, 'Once upon a time') ?? [])], [4, 9, 11, 16]);
});

test('a character of several tokens belongs to the one that completes it', () => {
  const [gpt2] = tokenizers;
  assert.ok(gpt2);
  const tokens = [...gpt2.tokenizer.encode('a🦜b')];
  const ends = gpt2.ends.of(tokens, 'a🦜b');
  assert.ok(tokens.length > 3);
  assert.deepEqual(
    pieces('a🦜b', ends).filter((piece) => piece !== ''),
    ['a', '🦜', 'b'],
  );
});

test('a token without text takes none', () => {
  const demo = tokenizers[2];
  assert.ok(demo);
  const tokens = [...demo.tokenizer.encode('9+1<|end|>')];
  const ends = demo.ends.of(tokens, '9+1');
  assert.deepEqual([...ends.slice(-2)], [3, 3]);
});

test('whatever the tokens, ends ascend to the end of the text', () => {
  for (const { name, tokenizer, ends } of tokenizers) {
    const id = fc.oneof(fc.nat({ max: tokenizer.vocabularySize + 3 }), fc.nat({ max: 258 }));
    fc.assert(
      fc.property(fc.array(id, { minLength: 1, maxLength: 60 }), (tokens) => {
        const text = tokenizer.decode(tokens);
        const found = ends.of(tokens, text);
        assert.equal(found.length, tokens.length, name);
        assert.ok(found.every((end, index) => end >= (found[index - 1] ?? 0)));
        assert.equal(found.at(-1), text.length, name);
      }),
      { numRuns: 200 },
    );
  }
});

test('no tokens have no ends', () => {
  assert.equal(tokenizers[0]?.ends.of([], '').length, 0);
});
