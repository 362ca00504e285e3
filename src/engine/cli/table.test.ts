import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderTable, type Column } from './table.ts';

interface Run {
  readonly id: string;
  readonly name: string;
  readonly steps: number;
}

const columns: readonly Column<Run>[] = [
  { title: 'run', cell: ({ id }) => id, dropOrder: 2 },
  { title: 'name', cell: ({ name }) => name, minWidth: 4 },
  { title: 'steps', cell: ({ steps }) => String(steps), align: 'right' },
  { title: 'more', cell: () => 'abc', dropOrder: 1 },
];
const rows = [
  { id: 'r1', name: 'experiment', steps: 7 },
  { id: 'r2', name: 'demo', steps: 1200 },
];

test('columns are as wide as their widest cell', () => {
  assert.deepEqual(renderTable(columns, rows, Infinity), [
    'run  name        steps  more',
    'r1   experiment      7  abc',
    'r2   demo         1200  abc',
  ]);
});

test('what is too wide is cut first, then columns are left out in their order', () => {
  assert.deepEqual(renderTable(columns, rows, 24), [
    'run  name    steps  more',
    'r1   exper…      7  abc',
    'r2   demo     1200  abc',
  ]);
  assert.deepEqual(renderTable(columns, rows, 17), ['run  name   steps', 'r1   expe…      7', 'r2   demo    1200']);
  assert.deepEqual(renderTable(columns, rows, 12), ['name   steps', 'expe…      7', 'demo    1200']);
  assert.deepEqual(renderTable(columns, rows, 5), ['name  steps', 'exp…      7', 'demo   1200'], 'no further');
});

test('no more is cut than has to be', () => {
  const two: readonly Column<string>[] = [
    { title: 'a', cell: (text) => text, minWidth: 2 },
    { title: 'b', cell: (text) => text, minWidth: 2 },
  ];
  assert.deepEqual(renderTable(two, ['abcdef'], 14), ['a       b', 'abcdef  abcdef']);
  assert.deepEqual(renderTable(two, ['abcdef'], 12), ['a     b', 'abc…  abcdef']);
  assert.deepEqual(renderTable(two, ['abcdef'], 8), ['a   b', 'a…  abc…']);
});
