import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkJsonBounds, MAX_DEPTH } from './jsonBounds.ts';

const check = (text: string, maxValues: number): void => checkJsonBounds(new TextEncoder().encode(text), maxValues);

test('values are counted, whatever they are and however they are nested', () => {
  const text = '{"a":[1,"x"],"b":{}}';
  check(text, 6);
  assert.throws(() => check(text, 4), /more than 4 values/);
});

test('nothing within a string counts', () => {
  check('["[{,", "\\"[[,", "\\\\", "é,[", ""]', 6);
  assert.throws(() => check('["\\\\",[],[],[]]', 5), /more than 5 values/);
});

test('nesting is allowed up to the limit', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  check(nested(MAX_DEPTH), 100);
  assert.throws(() => check(nested(MAX_DEPTH + 1), 100), /nested deeper than 64/);
  check(`[${Array.from({ length: 90 }, () => '[]').join(',')}]`, 200);
});
