import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lastNumber, sameNumber, sameValue } from './numbers.ts';

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
  ['1 1/2', '1.5'],
  ['-1 1/2', '-1.5'],
  ['1\\frac{1}{2}', '1.5'],
  ['-2\\frac12', '-2.5'],
  ['1,000/3,000', '1/3'],
  ['.5/.25', '2'],
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
  ['1 1/0', '1 1/0'],
  ['1 2/3/4', '1 2/3/4'],
  ['\\frac{1}{0}', '\\frac{1}{0}'],
  ['\\frac123', '\\frac123'],
  // Forms of fraction.js that are no usual ones.
  ['0.(3)', '1/3'],
  ["0.'3'", '1/3'],
  ['1:2', '0.5'],
  ['1_000', '1000'],
];

/** Where a percent sign counts. */
const sameInValue: typeof same = [
  ['50%', '1/2'],
  ['50%', '0.5'],
  ['50\\%', '\\frac{1}{2}'],
  ['1/2', '\\tfrac{1}{2}'],
  ['-12.5 %', '-1/8'],
  ['150%', '1 1/2'],
  ['$5', '5'],
];

const differentInValue: typeof same = [
  ['50%', '50'],
  ['50%', '5'],
  ['%', '%'],
  ['1/2', '1/3'],
];

const lastNumbers: readonly (readonly [string, string | null])[] = [
  ['That makes $1,072.50.', '1,072.50'],
  ['5-3', '3'],
  ['so -3', '-3'],
  ['so \u22123.', '\u22123'],
  ['(-3)', '-3'],
  ['x2-3', '3'],
  ['f(x)-3', '3'],
  ['half, or 1/2.', '1/2'],
  ['48/2=24', '24'],
  ['1,2,3', '3'],
  ['1,0000', '0000'],
  ['a quarter is 25%', '25%'],
  ['at .5', '.5'],
  ['1.2.3', '3'],
  ['72...', '72'],
  ['none', null],
  ['', null],
];

for (const [left, right] of same) {
  test(`${JSON.stringify(left)} is ${JSON.stringify(right)}`, () => assert.ok(sameNumber(left, right)));
}

for (const [left, right] of different) {
  test(`${JSON.stringify(left)} is not ${JSON.stringify(right)}`, () => assert.ok(!sameNumber(left, right)));
}

for (const [left, right] of sameInValue) {
  test(`${JSON.stringify(left)} is worth ${JSON.stringify(right)}`, () => assert.ok(sameValue(left, right)));
}

for (const [left, right] of differentInValue) {
  test(`${JSON.stringify(left)} is not worth ${JSON.stringify(right)}`, () => assert.ok(!sameValue(left, right)));
}

for (const [text, number] of lastNumbers) {
  test(`the last number of ${JSON.stringify(text)}`, () => assert.equal(lastNumber(text), number));
}

test('a written integer reads as itself, with or without commas', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      assert.ok(!sameNumber(String(value), String(value - 1)));
      assert.ok(sameNumber(value.toLocaleString('en-US'), String(value)));
    }),
  );
});

test('no text makes it throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void sameValue(text, lastNumber(text) ?? '')));
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...Array.from('0123456789,./-+%$\\{} frac')) }),
      (text) => void sameValue(text, lastNumber(text) ?? ''),
    ),
  );
});
