import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Place } from '../protocol/scoring.ts';
import { regExpFixes } from './regExpFixes.ts';

/** Where a text first stands in a source of one line. */
function placeOf(source: string, text: string): Place {
  const column = source.lastIndexOf(text);
  return { line: 0, column, endLine: 0, endColumn: column + text.length };
}

/** The forms of an expression, as they are written. */
function forms(literal: string): string[] {
  const source = `const f = (text) => text.match(${literal});`;
  const { length } = 'const f = (text) => text.match(';
  return regExpFixes('reward.ts', source, placeOf(source, literal)).map(({ text }) => text.slice(length, -2));
}

test('flags that would make a difference', () => {
  assert.deepEqual(forms('/answer/'), ['/answer/i']);
  assert.deepEqual(forms('/[a-z]+/'), ['/[a-z]+/i']);
  assert.deepEqual(forms('/\\d+/'), []);
  assert.deepEqual(forms('/^\\d+$/g'), ['/^\\d+$/gm']);
  assert.deepEqual(forms('/^.$/i'), ['/^.$/im', '/^.$/is']);
  assert.deepEqual(forms('/[.^$]\\.\\^/'), []);
});

test('white space where a blank is written, and before what is captured', () => {
  assert.deepEqual(forms('/####(\\d+)/'), ['/####\\s*(\\d+)/']);
  assert.deepEqual(forms('/#### (\\d+)/'), ['/####\\s*(\\d+)/']);
  assert.deepEqual(forms('/1  2/'), ['/1\\s*2/']);
  assert.deepEqual(forms('/#(?<n>\\d)(?:1)(?=2)(?<=3)/'), ['/#\\s*(?<n>\\d)(?:1)(?=2)(?<=3)/']);
  assert.deepEqual(forms('/(\\d)|(\\d)/'), []);
  assert.deepEqual(forms('/1 +\\(2[ (]/'), []);
});

test('a constant is mended where it is written', () => {
  const source = 'const ANSWER = /answer/; export const f = (text) => ANSWER.test(text);';
  const [fix] = regExpFixes('reward.ts', source, placeOf(source, 'ANSWER'));
  assert.equal(fix?.text, source.replace('/answer/', '/answer/i'));
  assert.deepEqual(fix.edits, [{ place: placeOf(source, '/answer/'), text: '/answer/i' }]);
  assert.deepEqual([fix.kind, fix.flag], ['ignoreCase', 'i']);
});

test('what is none, or cannot be read, has no forms', () => {
  const source = 'const f = (text, other) => other.test(text);';
  assert.deepEqual(regExpFixes('reward.ts', source, placeOf(source, 'other')), []);
  assert.deepEqual(regExpFixes('reward.ts', source, placeOf(source, 'f = ')), []);
  assert.deepEqual(regExpFixes('reward.ts', 'const = ;', placeOf('const = ;', '=')), []);
  assert.deepEqual(regExpFixes('reward.py', source, placeOf(source, 'other')), []);
});

test('every form matches wherever the expression does', () => {
  const part = fc.constantFrom('a', 'B', ' ', '(\\d+)', '.', '[a-c]', '\\s', '(?:x|y)', '^', '$', '-?');
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 6 }),
      fc.array(fc.constantFrom('a', 'B', 'b', ' ', '1', 'x', '\n', '-')),
      (parts, letters) => {
        const [pattern, text] = [parts.join(''), letters.join('')];
        const literal = `/${pattern}/`;
        for (const form of forms(literal)) {
          const end = form.lastIndexOf('/');
          const other = new RegExp(form.slice(1, end), form.slice(end + 1));
          if (new RegExp(pattern).test(text)) assert.ok(other.test(text), `${form} on ${JSON.stringify(text)}`);
        }
      },
    ),
  );
});
