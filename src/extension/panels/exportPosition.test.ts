import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportPosition } from './exportPosition.ts';

/** The line that the cursor is placed in. */
function lineOf(source: string, name: string): string {
  const position = exportPosition(source, name);
  const start = source.lastIndexOf('\n', position - 1) + 1;
  return source.slice(start).split('\n')[0] ?? '';
}

test('the cursor goes to the name where it is declared', () => {
  const source = [
    '/** correct */',
    'const correctly = 1;',
    'export const correct: Reward = () => 1;',
    'export async function $late() {}',
    'export function* many() {}',
  ].join('\n');
  assert.equal(exportPosition(source, 'correct'), source.indexOf('correct: Reward'));
  assert.equal(lineOf(source, '$late'), 'export async function $late() {}');
  assert.equal(lineOf(source, 'many'), 'export function* many() {}');
});

test('a list of exports leads to the declaration', () => {
  const source = 'function inner() {}\nconst other = 1;\nexport { other, inner as correct };\n';
  assert.equal(lineOf(source, 'correct'), 'function inner() {}');
  assert.equal(lineOf(source, 'other'), 'const other = 1;');
  assert.equal(lineOf("export { far as near } from './far.js';", 'near'), "export { far as near } from './far.js';");
});

test('default exports and CommonJS', () => {
  assert.equal(lineOf('// one\nexport default (row) => 1;', 'default'), 'export default (row) => 1;');
  assert.equal(lineOf("'use strict';\nexports.correct = () => 1;", 'correct'), 'exports.correct = () => 1;');
});

test('what is not found is the beginning of the file, whatever the name', () => {
  for (const name of ['absent', '(', '$&', '']) assert.equal(exportPosition('const a = 1;', name), 0);
});
