import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../../protocol/errors.ts';
import { parseCsv } from './csv.ts';

const FILE = 'problems.csv';
const parse = (text: string) => parseCsv(new TextEncoder().encode(text), FILE, ',');

test('text under the names of the first line, with the line where each row begins', () => {
  const text = '\uFEFFquestion,answer\r\n"How many, in\nall? ""2"" or 3",2\r\n\r\nTwo?,007\r\n';
  assert.deepEqual(parse(text), [
    { file: FILE, row: 0, line: 2, columns: { question: 'How many, in\nall? "2" or 3', answer: '2' } },
    { file: FILE, row: 1, line: 5, columns: { question: 'Two?', answer: '007' } },
  ]);
});

test('errors name the line and what to do', () => {
  assert.throws(() => parse('a,b\n1,2\n3\n'), /problems\.csv, line 3: the row has another number of fields/);
  assert.throws(() => parse('a,b\n1,"2\n3,4\n'), /problems\.csv, line \d: a quote is opened and never closed/);
  assert.throws(() => parse('a,b\n1,2"x"\n'), /line 2: a quote stands in the middle of a field/);
  assert.throws(() => parse('a,b\n1,"2"x\n'), /line 2: something stands behind a closing quote/);
  assert.throws(() => parse('a,a\n1,2\n'), /line 1: two columns are called "a"/);
  assert.throws(() => parse('a,\n1,2\n'), /line 1: column 2 has no name/);
  assert.throws(() => parse('a,b\n'), /empty/);
  assert.throws(() => parse(''), /empty/);
  assert.throws(() => parseCsv(Uint8Array.of(0x61, 0x0a, 0xff), FILE, ','), /not UTF-8/);
});

test('a column called __proto__ is a column like any other', () => {
  const [row] = parse('__proto__,a\nx,y\n');
  assert.ok(row !== undefined && Object.hasOwn(row.columns, '__proto__'));
});

test('what is quoted comes back, and no bytes break the reader', () => {
  const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', ' ', 'ü', '#') });
  fc.assert(
    fc.property(fc.array(fc.tuple(field, field), { minLength: 1 }), (written) => {
      const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
      const text = ['a,b', ...written.map((pair) => pair.map(quoted).join(','))].join('\n');
      assert.deepEqual(
        parse(text).map(({ columns }) => [columns['a'], columns['b']]),
        written,
      );
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        parseCsv(bytes, FILE, ',');
      } catch (error) {
        assert.ok(error instanceof UserError);
      }
    }),
  );
});
