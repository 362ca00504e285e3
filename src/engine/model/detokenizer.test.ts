import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { demoTokenizer, storiesTokenizer, withGpt2Tokenizer } from '../../../test/support/tokenizers.ts';
import { Detokenizer } from './detokenizer.ts';
import { Tokenizer } from './tokenizer.ts';

const tokenizers: { name: string; tokenizer: Tokenizer }[] = [];
before(async () => {
  tokenizers.push({ name: 'gpt2', tokenizer: await withGpt2Tokenizer((folder) => Tokenizer.load(folder)) });
  tokenizers.push({ name: 'stories260K', tokenizer: await Tokenizer.load(storiesTokenizer) });
  tokenizers.push({ name: 'demo', tokenizer: await Tokenizer.load(demoTokenizer) });
});

/** Ids of any token; of single bytes, which the vocabularies begin with; and past the end of the vocabulary. */
function anyIds(tokenizer: Tokenizer): fc.Arbitrary<number[]> {
  const any = fc.nat({ max: tokenizer.vocabularySize + 3 });
  const byte = fc.nat({ max: 258 });
  return fc.oneof(
    fc.array(any, { maxLength: 80 }),
    fc.array(byte, { maxLength: 80 }),
    fc.array(fc.oneof(any, byte), { maxLength: 80 }),
  );
}

function pushAll(detokenizer: Detokenizer, ids: readonly number[]): string {
  return ids.map((id) => detokenizer.push(id)).join('') + detokenizer.finish();
}

test('what is given out piece by piece is what decoding at once gives, for any ids', () => {
  for (const { name, tokenizer } of tokenizers) {
    fc.assert(
      fc.property(anyIds(tokenizer), fc.boolean(), (ids, skipSpecialTokens) => {
        const pieces = pushAll(new Detokenizer(tokenizer, { skipSpecialTokens }), ids);
        assert.equal(pieces, tokenizer.decode(ids, { skipSpecialTokens }), name);
      }),
      { numRuns: 300 },
    );
  }
});

test('the same for bytes that begin, continue and break characters, and for byte order marks', () => {
  const bytes = fc.constantFrom(
    0xef,
    0xbb,
    0xbf,
    0xbd,
    0xe2,
    0x82,
    0xac,
    0xf0,
    0x9f,
    0x98,
    0x80,
    0x20,
    0x41,
    0xff,
    0xc0,
    0xed,
    0xa0,
  );
  const stories = tokenizers.find(({ name }) => name === 'stories260K')?.tokenizer;
  assert.ok(stories);
  // Byte tokens follow the three special ones; id 400 is an ordinary one.
  const token = fc.oneof(
    { weight: 9, arbitrary: bytes.map((byte) => byte + 3) },
    { weight: 1, arbitrary: fc.constant(400) },
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 60 }), (ids) => {
      assert.equal(pushAll(new Detokenizer(stories), ids), stories.decode(ids));
    }),
    { numRuns: 500 },
  );
});

test('a character of several tokens is shown when it is whole', () => {
  for (const { name, tokenizer } of tokenizers.slice(0, 2)) {
    const ids = [...tokenizer.encode('a😀b', { addSpecialTokens: false })];
    const detokenizer = new Detokenizer(tokenizer);
    const pieces = ids.map((id) => detokenizer.push(id));
    assert.ok(ids.length > 3, name);
    assert.ok(
      pieces.every((piece) => !/[\ufffd\ud800-\udfff]/.test(piece.replaceAll('😀', ''))),
      name,
    );
    assert.deepEqual(
      pieces.filter((piece) => piece !== ''),
      ['a', '😀', 'b'],
      name,
    );
    assert.equal(detokenizer.finish(), '');
  }
});

test('a character is whole wherever it lies in the window', () => {
  for (const { name, tokenizer } of tokenizers.slice(0, 2)) {
    for (let before = 0; before < 40; before++) {
      const characters = [' ', ...Array<string>(before).fill('2'), '😀', 'é', '€'];
      const ids = characters.flatMap((character) => [...tokenizer.encode(character, { addSpecialTokens: false })]);
      assert.equal(
        pushAll(new Detokenizer(tokenizer), ids),
        tokenizer.decode(ids),
        `${name}, ${before} characters before`,
      );
    }
  }
});

test('an unfinished character is given out at the end', () => {
  const gpt2 = tokenizers[0]?.tokenizer;
  assert.ok(gpt2);
  const [first] = gpt2.encode('😀');
  const detokenizer = new Detokenizer(gpt2);
  assert.equal(detokenizer.push(first ?? -1), '');
  assert.equal(detokenizer.finish(), '\ufffd');
});

test('a long completion is decoded in small windows', () => {
  const gpt2 = tokenizers[0]?.tokenizer;
  assert.ok(gpt2);
  let longest = 0;
  const counting = new Proxy(gpt2, {
    get(target, property) {
      if (property === 'hasText') return (id: number) => target.hasText(id);
      assert.equal(property, 'decode');
      return (ids: number[]) => {
        longest = Math.max(longest, ids.length);
        return target.decode(ids);
      };
    },
  });
  const detokenizer = new Detokenizer(counting);
  // Bytes that are never a character: nothing may make the window wait for one.
  const [broken] = gpt2.encode('😀');
  for (let i = 0; i < 200; i++) detokenizer.push(i % 2 === 0 ? (broken ?? 0) : 220);
  for (let i = 0; i < 200; i++) detokenizer.push(broken ?? 0);
  assert.ok(longest <= 16, `${longest} tokens at once`);
});
