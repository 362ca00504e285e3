import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { describeValue } from './describeValue.ts';

const cases: [unknown, string][] = [
  [5e-4, '5e-4'],
  [0.00015, '1.5e-4'],
  [-1e-5, '-1e-5'],
  [0.001, '0.001'],
  [0, '0'],
  [1200, '1200'],
  [false, 'false'],
  ['train.jsonl', 'train.jsonl'],
  ['{question}\n', String.raw`"{question}\n"`],
  ['', '""'],
  [' a', '" a"'],
  [[], '[]'],
  [['a', '\n'], String.raw`[a, "\n"]`],
  [{ rank: 16, alpha: 32 }, 'rank 16, alpha 32'],
  [{ clip: { low: 0.2 } }, 'clip (low 0.2)'],
  [{}, 'none'],
  [undefined, 'not set'],
  [null, 'not set'],
];
for (const [value, text] of cases)
  test(`${JSON.stringify(value)} is ${text}`, () => {
    assert.equal(describeValue(value), text);
  });

test('different numbers look different', () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(number, (value) => {
      assert.equal(Number(describeValue(value)), value + 0);
    }),
  );
});
