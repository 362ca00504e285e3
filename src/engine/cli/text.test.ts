import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { displayWidth, isInteractive, pad, printable, renderLine, truncate, usesColor, wrap } from './text.ts';

test('wide characters take two cells, combined ones as many as their base', () => {
  assert.equal(displayWidth('step 12'), 7);
  assert.equal(displayWidth('数学'), 4);
  assert.equal(displayWidth('e\u0301'), 1);
  assert.equal(displayWidth('🚀'), 2);
});

test('what is cut says so and never exceeds the width', () => {
  assert.equal(truncate('experiment', 10), 'experiment');
  assert.equal(truncate('experiment', 5), 'expe…');
  assert.equal(truncate('数学数学', 4), '数…');
  assert.equal(truncate('experiment', 0), '');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, width) => {
      assert.ok(displayWidth(truncate(text, width)) <= width);
    }),
  );
});

test('text is broken between words', () => {
  assert.deepEqual(wrap('a gain of 15 points', 9), ['a gain of', '15 points']);
  assert.deepEqual(wrap('one immeasurable word', 5), ['one', 'immeasurable', 'word']);
  assert.deepEqual(wrap('one line', Infinity), ['one line']);
});

test('padding counts cells', () => {
  assert.equal(pad('数', 4), '数  ');
  assert.equal(pad('7', 3, 'right'), '  7');
  assert.equal(pad('long', 2), 'long');
});

test('nothing that a terminal obeys is printed', () => {
  assert.equal(printable('a\u001b[2Jb\u0007\nc\u202e'), 'a [2Jb c ');
});

test('a line is cut over its spans, and only styled where colour is wanted', () => {
  const spans = [{ text: 'reward ' }, { text: '0.734', style: 'bold' }, { text: ' and more' }] as const;
  assert.equal(renderLine(spans, 80, false), 'reward 0.734 and more');
  assert.equal(renderLine(spans, 80, true), 'reward \u001b[1m0.734\u001b[22m and more');
  assert.equal(renderLine(spans, 10, true), 'reward \u001b[1m0.…\u001b[22m');
});

test('colour needs a terminal and nobody who is against it', () => {
  const terminal = { write: () => {}, isTTY: true };
  assert.equal(usesColor(terminal, {}), true);
  assert.equal(usesColor(terminal, { NO_COLOR: '1' }), false);
  assert.equal(usesColor(terminal, { NO_COLOR: '' }), true, 'an empty NO_COLOR does not count');
  assert.equal(isInteractive(terminal, { TERM: 'dumb' }), false);
  assert.equal(usesColor({ write: () => {} }, {}), false);
});
