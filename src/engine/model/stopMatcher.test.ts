import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { demoTokenizer, withGpt2Tokenizer } from '../../../test/support/tokenizers.ts';
import { StopMatcher } from './stopMatcher.ts';
import { Tokenizer } from './tokenizer.ts';

let gpt2: Tokenizer;
let demo: Tokenizer;
before(async () => {
  gpt2 = await withGpt2Tokenizer((folder) => Tokenizer.load(folder));
  demo = await Tokenizer.load(demoTokenizer);
});

/** Index of the token that completed a stop string, and the text kept; null where none did. */
function run(
  tokenizer: Tokenizer,
  ids: readonly number[],
  stops: readonly string[],
): { token: number; text: string } | null {
  const matcher = new StopMatcher(tokenizer, stops);
  for (const [token, id] of ids.entries()) {
    const cut = matcher.push(id);
    if (cut !== null) return { token, text: tokenizer.decode(ids.slice(0, token + 1)).slice(0, cut) };
  }
  return null;
}

test('a stop string over several tokens', () => {
  const ids = [...gpt2.encode('The answer is 5.\nQuestion: What next?')];
  const length = gpt2.encode('The answer is 5.\nQuestion:').length;
  assert.deepEqual(run(gpt2, ids, ['\nQuestion:']), { token: length - 1, text: 'The answer is 5.' });
});

test('a stop string within a token, and one that a token ends beyond', () => {
  assert.deepEqual(run(gpt2, [...gpt2.encode('Hello world')], ['or']), { token: 1, text: 'Hello w' });
  assert.deepEqual(run(gpt2, [...gpt2.encode('Hello world')], ['lo w']), { token: 1, text: 'Hel' });
});

test('of several completed by one token the earliest counts', () => {
  assert.deepEqual(run(gpt2, [...gpt2.encode('Hello')], ['lo', 'el', 'll']), { token: 0, text: 'H' });
});

test('a character of several tokens can be a stop string', () => {
  assert.equal(run(gpt2, [...gpt2.encode('well 😀 done')], ['😀'])?.text, 'well ');
});

test('no stop strings, no match', () => {
  assert.equal(run(gpt2, [...gpt2.encode('Hello world')], []), null);
  assert.equal(run(gpt2, [...gpt2.encode('Hello world')], ['word']), null);
  assert.throws(() => new StopMatcher(gpt2, ['']), RangeError);
});

test('stops at the first token whose text contains a stop string, for any ids', () => {
  const piece = fc.constantFrom('a', '1', '12', '#', '##', '#### ', '\n', ' has', '. ');
  const stop = fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.uniqueArray(stop, { maxLength: 3 }), (pieces, stops) => {
      const ids = [...demo.encode(pieces.join(''))];
      let expected: { token: number; text: string } | null = null;
      for (let token = 0; token < ids.length && expected === null; token++) {
        const text = demo.decode(ids.slice(0, token + 1));
        const starts = stops.map((string) => text.indexOf(string)).filter((start) => start >= 0);
        if (starts.length > 0) expected = { token, text: text.slice(0, Math.min(...starts)) };
      }
      assert.deepEqual(run(demo, ids, stops), expected);
    }),
    { numRuns: 500 },
  );
});
