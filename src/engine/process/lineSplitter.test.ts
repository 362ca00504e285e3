import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitLines } from './lineSplitter.ts';

function collect(maxLineBytes: number, chunks: readonly Buffer[]): string[] {
  const lines: string[] = [];
  const push = splitLines(maxLineBytes, (line) => lines.push(line));
  for (const chunk of chunks) push(chunk);
  return lines;
}

test('lines are the same however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.nat(200)), (texts, cuts) => {
      const lines = texts.map((text) => text.replaceAll('\n', ' '));
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const bounds = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
      const chunks = bounds.slice(1).map((end, i) => bytes.subarray(bounds[i], end));
      assert.deepEqual(collect(10_000, chunks), lines);
    }),
  );
});

test('a line past the limit is dropped whole and the next one arrives', () => {
  const chunks = ['ok\n', '12345', '6789', 'more\nnext\n'].map((text) => Buffer.from(text));
  assert.deepEqual(collect(8, chunks), ['ok', 'next']);
});

test('a line of exactly the limit is kept, one byte more is not', () => {
  assert.deepEqual(collect(4, [Buffer.from('1234\n12345\n')]), ['1234']);
});

test('an unfinished line is not given out', () => {
  assert.deepEqual(collect(100, [Buffer.from('whole\nhalf')]), ['whole']);
});
