import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breakpointPlace } from './breakpointPlace.ts';

/** A body from the first `¦` on. */
function placeIn(marked: string): { line: number; column: number } {
  const before = marked.slice(0, marked.indexOf('¦')).split('\n');
  const [line, column] = [before.length - 1, (before.at(-1) ?? '').length];
  return breakpointPlace(marked.replace('¦', ''), { line, column, endLine: line, endColumn: column });
}

test('an expression is where it begins, or its line', () => {
  assert.deepEqual(placeIn('// one\nexport const a = ({ b }) => (¦b === 1 ? 1 : 0);'), { line: 1, column: 29 });
  assert.deepEqual(placeIn('export const a = ({ b }) =>\n  ¦b === 1 ? 1 : 0;'), { line: 1, column: 0 });
});

test('of a block, its first statement', () => {
  assert.deepEqual(placeIn('export function a() ¦{\n\n  // why\n  /* {\n } */ return 1;\n}'), { line: 4, column: 6 });
  assert.deepEqual(placeIn('export function a() ¦{\n  // why\n\n  return 1;\n}'), { line: 3, column: 0 });
  assert.deepEqual(placeIn('export function a() ¦{ return 1; }'), { line: 0, column: 22 });
  assert.deepEqual(placeIn('export function a() ¦{}'), { line: 0, column: 21 });
});
