import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { visibleLine, visiblePieces } from '../../../src/webview/outputs/visibleText.ts';

const shown = (text: string): string =>
  visiblePieces(text)
    .map((piece) => piece.text)
    .join('');

test('plain text, whatever its language, is shown as it is', () => {
  for (const text of ['', 'a\tb\nc', 'naïve 数学 שלום', 'heart ❤️ and flag 🇩🇪'])
    assert.deepEqual(visiblePieces(text), text === '' ? [] : [{ text, unseen: null }]);
});

test('characters that are not seen are shown by their codes', () => {
  assert.deepEqual(visiblePieces('a\u202eb'), [
    { text: 'a', unseen: null },
    { text: 'U+202E', unseen: 'U+202E, right-to-left override' },
    { text: 'b', unseen: null },
  ]);
  assert.equal(shown('\r\n\0\x7f\x1b[31m'), '␍\n␀␡␛[31m');
  assert.equal(shown('\u200b\u2028\ufeff\u00ad'), 'U+200BU+2028U+FEFFU+00AD');
  // Letters of the block of tags, with which text is hidden from people and not from models.
  assert.equal(shown('\u{e0041}'), 'U+E0041');
  assert.equal(shown('\ud800'), 'U+D800');
});

test('a character that is repeated is counted', () => {
  assert.equal(shown(`x${'\u200b'.repeat(5000)}y\u200b`), 'xU+200B×5000yU+200B');
  assert.equal(shown('\u200b\u200c\u200c'), 'U+200BU+200C×2');
});

test('nothing that is seen is lost', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const plain = visiblePieces(text).filter(({ unseen }) => unseen === null);
      assert.ok(plain.every((piece) => piece.text !== ''));
      const rest = visiblePieces(plain.map((piece) => piece.text).join(''));
      assert.ok(rest.every(({ unseen }) => unseen === null));
    }),
  );
});

test('a line has no line breaks', () => {
  assert.equal(visibleLine('a\n\n\tb\u202e'), 'a bU+202E');
});
