import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseNumber, sameNumber } from './numbers.ts';

const same: readonly (readonly [string, string])[] = [
  ['7', '7'],
  ['72.', '72'],
  ['72.00', '72'],
  ['1,000', '1000'],
  ['1,234,567.50', '1234567.5'],
  ['1{,}000', '1000'],
  ['$5', '5'],
  ['\\$5', '5'],
  ['-$5', '-5'],
  ['$-5', '-5'],
  ['€3.20', '3.2'],
  ['\u22125', '-5'],
  ['\u20135', '-5'],
  ['\uFF0D5', '-5'],
  ['+5', '5'],
  ['-0', '0'],
  ['007', '7'],
  ['.5', '0.5'],
  ['5.', '5'],
  ['50%', '50'],
  ['50\\%', '50'],
  ['50%.', '50'],
  ['1/2', '0.5'],
  ['-1/2', '-.5'],
  ['1/-2', '-0.5'],
  ['2/4', '1/2'],
  ['\\frac{1}{2}', '0.5'],
  ['-\\dfrac{3}{4}', '-0.75'],
  [' 12 ', '12'],
  ['- 5', '-5'],
  ['$ 5', '5'],
  ['50 %', '50'],
  ['1 / 2', '0.5'],
  ['123456789012345678901', '123456789012345678901.0'],
];

const different: readonly (readonly [string, string])[] = [
  ['7', '8'],
  ['1 2', '12'],
  ['1,0', '10'],
  ['1,2,3', '123'],
  ['1,0000', '10000'],
  ['5', '-5'],
  ['0.1', '0.10000000000000000001'],
  ['123456789012345678901', '123456789012345678902'],
  ['1/0', '1/0'],
  ['', ''],
  ['.', '.'],
  ['-', '-'],
  ['abc', 'abc'],
  ['1e3', '1000'],
  ['1/2/3', '1/2'],
  ['12 apples', '12'],
  ['1.2.3', '1.2.3'],
  ['NaN', 'NaN'],
  ['9'.repeat(200), '9'.repeat(200)],
];

for (const [left, right] of same) {
  test(`${JSON.stringify(left)} is ${JSON.stringify(right)}`, () => assert.ok(sameNumber(left, right)));
}

for (const [left, right] of different) {
  test(`${JSON.stringify(left)} is not ${JSON.stringify(right)}`, () => assert.ok(!sameNumber(left, right)));
}

test('a written integer reads as itself, with or without commas', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      assert.deepEqual(parseNumber(String(value)), { numerator: BigInt(value), denominator: 1n });
      assert.ok(sameNumber(value.toLocaleString('en-US'), String(value)));
    }),
  );
});

test('no text makes it throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseNumber(text)));
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...Array.from('0123456789,./-+%$\\{}frac')) }),
      (text) => void parseNumber(text),
    ),
  );
});
