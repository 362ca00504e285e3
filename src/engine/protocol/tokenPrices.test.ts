import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPrices, parsePrices } from './tokenPrices.ts';

test('prices are two numbers, or none', () => {
  assert.deepEqual(parsePrices('0.15, 0.6'), { input: 0.15, output: 0.6 });
  assert.equal(parsePrices(' '), null);
  for (const text of ['1', '1,', ',1', '1,2,3', '-1,2', 'a,b', '1,Infinity'])
    assert.equal(parsePrices(text), undefined, text);
  assert.deepEqual(parsePrices(formatPrices({ input: 0.15, output: 0.6 })), { input: 0.15, output: 0.6 });
  assert.equal(formatPrices(null), '');
});
