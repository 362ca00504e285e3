import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineValues } from './lineValues.ts';

const at = (line: number, endLine = line) => ({ line, column: 0, endLine, endColumn: 9 });

test('values stand on the line where their expression ends, those of one line together', () => {
  const trace = {
    values: [
      { ...at(3), kind: 'const' as const, text: '"12"', times: 1 },
      { ...at(3), kind: 'condition' as const, text: 'false', times: 4 },
      { ...at(4, 6), kind: 'return' as const, text: '0.5', times: 1 },
      { ...at(20), kind: 'const' as const, text: '"of another function"', times: 1 },
    ],
    branches: [],
    matches: [],
  };
  assert.deepEqual(lineValues(trace, at(2, 8)), [
    { line: 3, text: '"12" · false (×4)' },
    { line: 6, text: '→ 0.5' },
  ]);
});

test('a long line is cut', () => {
  const trace = {
    values: [{ ...at(0), kind: 'const' as const, text: 'x'.repeat(200), times: 1 }],
    branches: [],
    matches: [],
  };
  assert.equal(lineValues(trace, at(0))[0]?.text.length, 80);
});
