import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutputTail } from './outputTail.ts';

test('keeps the last bytes only, across chunks of any size', () => {
  const tail = new OutputTail(8);
  assert.equal(tail.text(), '');
  tail.push(Buffer.from('abc'));
  assert.equal(tail.text(), 'abc');
  tail.push(Buffer.from('defghijk'));
  assert.equal(tail.text(), 'defghijk');
  tail.push(Buffer.from('lm'));
  assert.equal(tail.text(), 'fghijklm');
  tail.push(Buffer.alloc(1000, 'z'));
  assert.equal(tail.text(), 'zzzzzzzz');
});
