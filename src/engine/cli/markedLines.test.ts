import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markedLines } from './markedLines.ts';

test('special tokens are coloured where colour is wanted, line by line', () => {
  const marked = {
    text: '<s>How many?\n<end\n>',
    special: [
      [0, 3],
      [13, 6],
    ] as const,
  };
  assert.equal(markedLines(marked, false), marked.text);
  const cyan = (text: string): string => `\u001b[36m${text}\u001b[39m`;
  assert.equal(markedLines(marked, true), `${cyan('<s>')}How many?\n${cyan('<end')}\n${cyan('>')}`);
});

test('a terminal is sent nothing that it would obey', () => {
  const shown = markedLines({ text: 'a\u001b[2Jb\rc\td\u202ee\u0007\u200b\n', special: [] }, false);
  assert.equal(shown, 'a␛[2Jb␍c\td\\u{202e}e␇\\u{200b}\n');
  assert.equal(markedLines({ text: '\u001b<', special: [[0, 1]] }, false), '␛<');
});
