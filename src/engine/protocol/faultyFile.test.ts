import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FaultyFileError, type FileFault } from './faultyFile.ts';

const fault = (line: number): FileFault => ({
  kind: 'meaning',
  place: { name: `x.json:${line}:1`, range: null },
  message: 'Give a text.',
});

test('an error lists its faults, and says how many it does not list', () => {
  const few = new FaultyFileError([fault(1), fault(2)]);
  assert.equal(few.message, 'x.json:1:1  Give a text.\nx.json:2:1  Give a text.');
  const many = new FaultyFileError(Array.from({ length: 300 }, (_, line) => fault(line)));
  const lines = many.message.split('\n');
  assert.equal(lines.length, 51);
  assert.equal(lines.at(-1), 'and 250 more');
  assert.equal(many.faults.length, 300);
});
