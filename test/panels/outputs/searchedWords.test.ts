import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findWords, searchedWords } from '../../../src/webview/outputs/searchedWords.ts';

const found = (text: string, query: string): string[] =>
  findWords(text, searchedWords(query)).map(([from, to]) => text.slice(from, to));

test('words and phrases are found where words begin, whatever their case', () => {
  assert.deepEqual(found('Apples, pineapples and APPLE pie', 'apple'), ['Apple', 'APPLE']);
  assert.deepEqual(found('so the answer,\nis 7; the  answer', '"the answer" 7'), ['the answer', '7', 'the  answer']);
  assert.deepEqual(found('a.b (c)', 'a.b ( #### "'), ['a.b']);
  assert.deepEqual(found('anything', ''), []);
});

test('no query breaks it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, query) => {
      for (const [from, to] of findWords(text, searchedWords(query))) assert.ok(from < to && to <= text.length);
    }),
  );
});
