import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseStrictJson } from './strictJson.ts';

test('any JSON that comes from a value parses to that value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(undefined, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      assert.deepEqual(parseStrictJson(text), JSON.parse(text));
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
    assert.throws(() => parseStrictJson(text), { name: 'SyntaxError', message: /comes twice/ }, text);
  }
  for (const text of ['{"a":{"a":["a",{"a":1},{"a":2}]},"b":{"a":"a:{"}}', '["a","a"]', '{"a":"b","b":"a"}']) {
    assert.doesNotThrow(() => parseStrictJson(text), text);
  }
});

test('what is not JSON is refused', () => {
  for (const text of ['', '{', '{"a":1,}', "{'a':1}", '\ufeff{}'])
    assert.throws(() => parseStrictJson(text), SyntaxError);
});
