import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseVary } from './vary.ts';

test('numbers, words, lists and sections', () => {
  assert.deepEqual(parseVary(['optimizer.learningRate=1e-4, 3e-4', 'optimizer.schedule=constant,linear']), {
    'optimizer.learningRate': [1e-4, 3e-4],
    'optimizer.schedule': ['constant', 'linear'],
  });
  assert.deepEqual(parseVary(['rollout.stop=["a,b"],["c"]', 'lora={"rank":4,"alpha":8},null', 'full=true']), {
    'rollout.stop': [['a,b'], ['c']],
    lora: [{ rank: 4, alpha: 8 }, null],
    full: [true],
  });
});

test('any values that are written as JSON are read again', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), (values) => {
      const written = values.map((value) => JSON.stringify(value));
      const expected = written.map((text): unknown => JSON.parse(text));
      assert.deepEqual(parseVary([`x=${written.join(', ')}`]), { x: expected });
    }),
  );
});

test('what has no path, no value, or is given twice', () => {
  for (const text of ['optimizer.learningRate', '=1', 'a=', 'a=1,', 'a=1,,2', 'a..b=1'])
    assert.throws(() => parseVary([text]), { name: 'UsageError', message: /--vary needs path=value,value/ });
  assert.throws(() => parseVary(['a=1', 'a=2']), { name: 'UsageError', message: /given twice/ });
});

test('a quote or bracket that is not closed takes no other values with it, and a number is finite', () => {
  for (const text of ['a="x,y', 'a=[1,2', 'a=1,{"b":2', 'a=1e400', 'a=-1e400,1'])
    assert.throws(() => parseVary([text]), { name: 'UsageError', message: /^--vary a: .* is no value/ });
});
