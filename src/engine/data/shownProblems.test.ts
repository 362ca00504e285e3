import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DatasetRow } from './row.ts';
import { withoutShown } from './shownProblems.ts';

const rows = (...questions: readonly string[]): DatasetRow[] =>
  questions.map((question, row) => ({ file: 'p.jsonl', row, line: row + 1, columns: { question } }));
const config = { prompt: '{question}\n' };

test('a problem whose answer would stand before it is left out, however it is written', () => {
  const { rows: kept, warnings } = withoutShown(config, rows('How many eggs?'))(
    rows('How MANY  eggs?', 'And legs?'),
    'test',
  );
  assert.deepEqual(
    kept.map(({ row }) => row),
    [1],
  );
  assert.deepEqual(warnings, [
    '1 of 2 test problems ask what a worked example answers (dataset.fewShot) and were left out.',
  ]);
});

test('without such a problem, and without examples, nothing is left out', () => {
  const part = rows('One?', 'Two?');
  assert.deepEqual(withoutShown(config, rows('Three?'))(part, 'train'), { rows: part, warnings: [] });
  assert.deepEqual(withoutShown(config, [])(part, 'train'), { rows: part, warnings: [] });
});

test('where none is left, it is an error', () => {
  assert.throws(() => withoutShown(config, rows('One?'))(rows('one?'), 'train'), /1 of 1 train problems.*none is left/);
});
