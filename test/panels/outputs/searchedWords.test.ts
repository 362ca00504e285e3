import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findWords, searchedWords } from '../../../src/webview/outputs/searchedWords.ts';

const found = (text: string, query: string): string[] =>
  findWords(text, searchedWords(query)).map(([from, to]) => text.slice(from, to));

test('the last word may be the beginning of one, from three letters on', () => {
  assert.deepEqual(found('Apples, pineapples and APPLE pie', 'apple'), ['Apple', 'APPLE']);
  assert.deepEqual(found('an answer, and another', 'an'), ['an']);
});

test('every other word is whole, and so is a phrase', () => {
  assert.deepEqual(found('so the answer,\nis 7; the  answer', '"the answer" 7'), ['the answer', '7', 'the  answer']);
  assert.deepEqual(found('there is the theme', 'the is'), ['is', 'the']);
  assert.deepEqual(found('the answers, the answer', '"the answer"'), ['the answer']);
  assert.deepEqual(found('a.b (c)', 'a.b ( #### "'), ['a.b']);
  assert.deepEqual(found('anything', ''), []);
});

test('accents count as little as case does', () => {
  assert.deepEqual(found('Café, cafe\u0301s, CAFE', 'cafe'), ['Café', 'cafe\u0301', 'CAFE']);
  assert.deepEqual(found('cafe\u0301s and a cafe', 'cafe and'), ['and', 'cafe']);
  assert.deepEqual(found('a cafe', 'caf\u00e9'), ['cafe']);
  assert.deepEqual(found('한국어', '한국'), []);
  assert.deepEqual(found('한국어', '한국어'), ['한국어']);
});

test('no query breaks it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, query) => {
      for (const [from, to] of findWords(text, searchedWords(query))) assert.ok(from < to && to <= text.length);
    }),
  );
});
