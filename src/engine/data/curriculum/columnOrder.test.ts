import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../protocol/errors.ts';
import { uniforms } from '../../random/keyed.ts';
import { columnOrder } from './columnOrder.ts';

const random = () => uniforms(1, 'curriculum');

function ordered(values: readonly unknown[], order: 'ascending' | 'descending' = 'ascending'): unknown[] {
  const problems = values.map((level, problem) => ({ problem, row: { level } }));
  return columnOrder(problems, { column: 'level', order }, random()).map((index) => values[index]);
}

test('numbers sort as numbers', () => {
  assert.deepEqual(ordered([10, 9, 1.5, -2]), [-2, 1.5, 9, 10]);
  assert.deepEqual(ordered([10, 9, 1.5, -2], 'descending'), [10, 9, 1.5, -2]);
});

test('texts sort as people sort them', () => {
  assert.deepEqual(ordered(['Level 10', 'Level 2', 'Level 1']), ['Level 1', 'Level 2', 'Level 10']);
  assert.deepEqual(ordered(['easy', 'hard', 'medium'], 'descending'), ['medium', 'hard', 'easy']);
});

test('between equal values the seed decides, and not the row', () => {
  const problems = Array.from({ length: 50 }, (_, problem) => ({ problem, row: { level: 1 } }));
  const order = columnOrder(problems, { column: 'level', order: 'ascending' }, random());
  assert.notDeepEqual(
    order,
    problems.map(({ problem }) => problem),
  );
  assert.deepEqual(order, columnOrder(problems, { column: 'level', order: 'ascending' }, random()));
});

for (const [name, row, found] of [
  ['no such column', {}, 'has none'],
  ['null', { level: null }, 'has none'],
  ['a list', { level: [1] }, 'has neither in it'],
] as const)
  test(`a row with ${name} is named`, () => {
    const problems = [
      { problem: 0, row: { level: 1 } },
      { problem: 17, row },
    ];
    assert.throws(
      () => columnOrder(problems, { column: 'level', order: 'ascending' }, random()),
      (error) => error instanceof UserError && error.message.includes('row 17') && error.message.includes(found),
    );
  });

test('numbers and texts in one column are an error that names a row of each', () => {
  assert.throws(() => ordered([1, 2, 'three']), /a number in row 0 and a text in row 2/);
});
