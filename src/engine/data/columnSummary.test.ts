import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarizeColumns } from './columnSummary.ts';
import type { Columns } from './row.ts';

const summary = (...rows: readonly Columns[]): ReturnType<typeof summarizeColumns> =>
  summarizeColumns(rows.map((columns, row) => ({ file: 'd.jsonl', row, line: row + 1, columns })));

test('what the columns hold, the commonest first, and in how many rows they are missing', () => {
  assert.deepEqual(summary({ a: 1, b: [], c: null }, { a: 'x', d: true }, { a: 'y', b: { e: 1 } }), [
    { name: 'a', kinds: ['text', 'number'], missing: 0 },
    { name: 'b', kinds: ['list', 'object'], missing: 1 },
    { name: 'c', kinds: [], missing: 3 },
    { name: 'd', kinds: ['true/false'], missing: 2 },
  ]);
  assert.deepEqual(summary(), []);
});
