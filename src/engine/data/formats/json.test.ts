import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../../protocol/errors.ts';
import { parseJsonFile } from './json.ts';

const FILE = 'problems.json';
const parse = (text: string) => parseJsonFile(new TextEncoder().encode(text), FILE);

test('an array of objects, or a line for each', () => {
  const rows = [
    { file: FILE, row: 0, line: null, columns: { a: 1 } },
    { file: FILE, row: 1, line: null, columns: { a: 2 } },
  ];
  assert.deepEqual(parse('\uFEFF [\n {"a":1},\n {"a":2}\n]\n'), rows);
  assert.deepEqual(
    parse('{"a":1}\n{"a":2}\n').map(({ columns, line }) => [columns, line]),
    [
      [{ a: 1 }, 1],
      [{ a: 2 }, 2],
    ],
  );
});

test('errors name file and row, or the line of what is no JSON', () => {
  assert.throws(() => parse('[{"a":1}, [2]]'), /problems\.json, row 1: a row must be a JSON object/);
  assert.throws(() => parse('[{"a":1}, null]'), /row 1/);
  assert.throws(() => parse('[\n{"a":1},\n{"a":x}\n]'), /problems\.json, line 3: this is not JSON/);
  assert.throws(() => parse('[\n{"a":1},\n{"a":2}\n'), /problems\.json, line 4: this is not JSON/);
  assert.throws(() => parse('[]'), /empty/);
  assert.throws(() => parse(''), /empty/);
  assert.throws(() => parse('{\n "data": [{"a": 1}]\n}'), /one JSON object over several lines/);
});

test('an integer that a number cannot hold is text of its digits', () => {
  assert.deepEqual(parse('[{"id":12345678901234567}]')[0]?.columns, { id: '12345678901234567' });
});

/** JSON writes an integer below 10^21 in digits. */
const withDigits = (_key: string, value: unknown): unknown =>
  Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(Number(value)) < 1e21 ? String(value) : value;

test('what was written comes back, and no bytes break the reader', () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1 }), (written) => {
      const text = JSON.stringify(written);
      assert.equal(JSON.stringify(parse(text).map(({ columns }) => columns)), JSON.stringify(written, withDigits));
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        parseJsonFile(bytes, FILE);
      } catch (error) {
        assert.ok(error instanceof UserError);
      }
    }),
  );
});
