import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Columns } from './row.ts';
import { plainNumber } from './plainNumber.ts';
import { parseTemplate, renderTemplate } from './template.ts';

const render = (source: string, columns: Columns): string =>
  renderTemplate(parseTemplate(source, 'dataset.prompt'), { file: 'p.jsonl', row: 6, line: 7, columns });

test('columns are replaced, everything else stays', () => {
  assert.equal(render('Q: {question}\nA:', { question: 'How many?' }), 'Q: How many?\nA:');
  assert.equal(render('{a}{b}{a}', { a: '1', b: '2' }), '121');
  assert.equal(render('{two words}', { 'two words': 'yes' }), 'yes');
  assert.equal(render('no columns', {}), 'no columns');
  assert.equal(render('', {}), '');
});

test('doubled braces are braces', () => {
  assert.equal(render('\\boxed{{{a}}}', { a: '7' }), '\\boxed{7}');
  assert.equal(render('{{a}}', { a: '7' }), '{a}');
});

test('what a column holds is not a template', () => {
  assert.equal(render('{a}', { a: '{b} }} {' }), '{b} }} {');
});

test('numbers in plain digits, booleans as words, lists as JSON', () => {
  assert.equal(render('{a} {b} {c}', { a: 72, b: true, c: [1, 'x'] }), '72 true [1,"x"]');
});

test('an unknown column is an error with the row, its columns and the nearest of them', () => {
  assert.throws(
    () => render('{qestion}', { question: 'x', answer: 'y' }),
    /p\.jsonl, row 6 \(line 7\): dataset\.prompt names the column \{qestion\}, and the row has question, answer\. Did you mean \{question\}\?/,
  );
  assert.throws(() => render('{a}', {}), /the row has none/);
  assert.throws(() => render('{toString}', { a: 1 }), /names the column \{toString\}/);
});

test('null is an error and not the word null', () => {
  assert.throws(() => render('{a}', { a: null }), /row 6 .*"a".*is null/);
});

test('a brace without partner and a column without name are errors with their place', () => {
  assert.throws(() => parseTemplate('a { b', 'dataset.prompt'), /dataset\.prompt: the "\{" at character 3/);
  assert.throws(() => parseTemplate('a } b', 'dataset.prompt'), /the "\}" at character 3.*write "\}\}"/);
  assert.throws(() => parseTemplate('{a{b}', 'dataset.prompt'), /the "\{" at character 1/);
  assert.throws(() => parseTemplate('\\boxed{}', 'dataset.prompt'), /"\{\}" at character 7 names no column/);
});

test('any text survives escaping', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.equal(render(text.replaceAll('{', '{{').replaceAll('}', '}}'), {}), text);
    }),
  );
});

test('plain numbers have no exponent and are the same number', () => {
  assert.equal(plainNumber(1e21), '1000000000000000000000');
  assert.equal(plainNumber(-1.5e-7), '-0.00000015');
  assert.equal(plainNumber(1.25e22), '12500000000000000000000');
  assert.equal(plainNumber(0.1), '0.1');
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = plainNumber(value);
      assert.match(text, /^-?\d+(\.\d+)?$/);
      // Minus zero is written as zero.
      assert.equal(Number(text), value === 0 ? 0 : value);
    }),
  );
});
