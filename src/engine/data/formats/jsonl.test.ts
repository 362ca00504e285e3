import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../../protocol/errors.ts';
import { MAX_LINE_BYTES, parseJsonl } from './jsonl.ts';

const FILE = 'problems.jsonl';
const parse = (text: string) => parseJsonl(new TextEncoder().encode(text), FILE);
const columns = (text: string) => parse(text).map((row) => row.columns);

test('one object per line, rows from 0, lines from 1', () => {
  assert.deepEqual(parse('{"a":1}\n{"a":2}\n'), [
    { file: FILE, row: 0, line: 1, columns: { a: 1 } },
    { file: FILE, row: 1, line: 2, columns: { a: 2 } },
  ]);
});

test('a byte order mark, CRLF, blank lines and a missing last line break are taken as they come', () => {
  const rows = parse('\uFEFF{"a":1}\r\n\r\n  \n{"a":"é\u2028"}');
  assert.deepEqual(
    rows.map(({ row, line }) => [row, line]),
    [
      [0, 1],
      [1, 4],
    ],
  );
  assert.deepEqual(rows[1]?.columns, { a: 'é\u2028' });
});

test('errors name file and line', () => {
  assert.throws(() => parse('{"a":1}\n\n{"a":\n'), /problems\.jsonl, line 3: this is not JSON/);
  assert.throws(() => parse('{"a":1}\n[1]\n'), /line 2: a row must be a JSON object/);
  assert.throws(() => parse('{"a":1}\nnull\n'), /line 2: a row must be a JSON object/);
  assert.throws(() => parseJsonl(Uint8Array.of(0x7b, 0x7d, 0x0a, 0xff), FILE), /line 2: this is not UTF-8/);
});

test('an empty dataset says what is needed', () => {
  for (const text of ['', '\n \r\n', '\uFEFF'])
    assert.throws(() => parse(text), /problems\.jsonl is empty.*one JSON object/);
});

test('other formats are named, with what to do', () => {
  assert.throws(() => parse('PAR1\u0000\u0000'), /Parquet.*Name it ….parquet/);
  assert.throws(() => parse('\n [{"a":1}]'), /JSON array.*Name it ….json/);
});

test('a line without end is refused', () => {
  const long = new Uint8Array(MAX_LINE_BYTES + 1).fill(0x20);
  assert.throws(() => parseJsonl(long, FILE), /line 1: the line is longer than/);
});

test('a column called __proto__ is a column like any other', () => {
  const [row] = columns('{"__proto__":{"answer":"x"}}');
  assert.ok(row !== undefined && Object.hasOwn(row, '__proto__'));
  assert.equal(row['answer'], undefined);
});

test('an integer that a number cannot hold is text of its digits, as in Parquet', () => {
  const [row] = columns(
    '{"id":12345678901234567,"in":[{"n":-9007199254740993}],"safe":9007199254740991,"text":"12345678901234567","part":0.1234567890123456,"__proto__":1}',
  );
  assert.equal(
    JSON.stringify(row),
    '{"id":"12345678901234567","in":[{"n":"-9007199254740993"}],"safe":9007199254740991,"text":"12345678901234567","part":0.1234567890123456,"__proto__":1}',
  );
});

/** JSON writes an integer below 10^21 in digits. */
const withDigits = (_key: string, value: unknown): unknown =>
  Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(Number(value)) < 1e21 ? String(value) : value;

test('whatever was written comes back, and no bytes break the reader', () => {
  const rows = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1 });
  fc.assert(
    fc.property(rows, (written) => {
      const text = written.map((row) => JSON.stringify(row)).join('\n');
      assert.deepEqual(
        columns(text).map((row) => JSON.stringify(row)),
        written.map((row) => JSON.stringify(row, withDigits)),
      );
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        parseJsonl(bytes, FILE);
      } catch (error) {
        assert.ok(error instanceof UserError);
      }
    }),
  );
});
