import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseStrictJson } from './strictJson.ts';

const LIMITS = { items: 50, outermostNames: 50, names: 50 };

test('any JSON that comes from a value parses to that value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(undefined, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      assert.deepEqual(parseStrictJson(text, LIMITS), JSON.parse(text));
    }),
  );
});

test('a name twice in one object is refused, however it is written; in two objects it is not', () => {
  for (const text of [
    '{"a":1,"a":1}',
    '{"x":[{"a\\"":{"b":2},"c":{"d":1},"a\\u0022":3}]}',
    '{"":1 , "" :2}',
    '{"\\\\":1,"\\\\":2}',
  ]) {
    assert.throws(() => parseStrictJson(text, LIMITS), { name: 'SyntaxError', message: /comes twice/ }, text);
  }
  for (const text of ['{"a":{"a":["a",{"a":1},{"a":2}]},"b":{"a":"a:{"}}', '["a","a"]', '{"a":"b","b":"a"}']) {
    assert.doesNotThrow(() => parseStrictJson(text, LIMITS), text);
  }
});

test('what is not JSON is refused', () => {
  for (const text of ['', '{', '{"a":1,}', "{'a':1}", '\ufeff{}'])
    assert.throws(() => parseStrictJson(text, LIMITS), SyntaxError);
});

test('limits hold for every array and object, the outermost with one of its own, and count up to themselves', () => {
  const limits = { items: 3, outermostNames: 4, names: 2 };
  for (const text of ['[1,2,3]', '{"a":[[],[],[]],"b":{"x":1,"y":2},"c":3,"d":4}', '"[1,2,3,4]"'])
    assert.deepEqual(parseStrictJson(text, limits), JSON.parse(text));
  assert.throws(() => parseStrictJson('{"a":[1,[],"3",4]}', limits), /an array has more than 3 values/);
  assert.throws(() => parseStrictJson('[{"a":1,"b":[],"c":3}]', limits), /an object has more than 2 names/);
  assert.throws(() => parseStrictJson('{"a":1,"b":2,"c":3,"d":4,"e":5}', limits), /an object has more than 4 names/);
});
