import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Columns } from './row.ts';
import { shapeOf, withColumns, withMissingColumns } from './rowShape.ts';

const added = (columns: Columns, names: Readonly<Record<string, string>> = {}): Columns =>
  withColumns({ file: 'd.jsonl', row: 4, line: 5, columns }, names).columns;

const MESSAGES = [{ role: 'user', content: 'How many?' }];
const GSM8K = { question: 'How many?', answer: '1 + 1 = 2\n#### 2' };
const TRL = { prompt: MESSAGES, solution: '2' };
const VERL = {
  data_source: 'openai/gsm8k',
  prompt: MESSAGES,
  ability: 'math',
  reward_model: { style: 'rule', ground_truth: '2' },
  extra_info: { split: 'train', index: 0 },
};
const VERIFIERS = { question: 'How many?', answer: '2', info: { level: 1 }, task: 'gsm8k' };

test('shapes are known by their columns', () => {
  assert.deepEqual([GSM8K, TRL, { prompt: 'How many?' }, VERL, VERIFIERS].map(shapeOf), [
    'gsm8k',
    'trl',
    'trl',
    'verl',
    'verifiers',
  ]);
  for (const columns of [{ question: 'How many?', answer: '2' }, { problem: 'How many?' }, {}])
    assert.equal(shapeOf(columns), null);
});

test('the answer is where the shape keeps it, and every column stays', () => {
  assert.deepEqual(added(VERL), { ...VERL, answer: '2' });
  assert.deepEqual(added({ ...VERL, answer: 'own' })['answer'], 'own');
  assert.deepEqual(added({ prompt: MESSAGES, info: '{"answer": "2"}' })['answer'], '2');
  assert.deepEqual(added({ question: 'Q', info: { answer: 2 } })['answer'], 2);
  for (const columns of [GSM8K, TRL, VERIFIERS, { question: 'Q', info: 'no JSON' }])
    assert.equal(added(columns), columns);
});

test('the experiment names what no shape says, inside of columns too', () => {
  const row = { problem: 'How many?', meta: { 'a.b': 'c', solution: { final: 2 } } };
  assert.deepEqual(added(row, { question: 'problem', answer: 'meta.solution.final' }), {
    ...row,
    question: 'How many?',
    answer: 2,
  });
  assert.equal(added(row, { x: 'meta.a.b' })['x'], 'c');
  assert.equal(added({ 'a.b': 1, a: { b: 2 } }, { x: 'a.b' })['x'], 1);
  assert.deepEqual(added({ a: null }, { b: 'a' }), { a: null, b: null });
});

test('a column that is missing or would be hidden is an error with its row', () => {
  assert.throws(() => added({ problem: 'Q' }, { question: 'problm' }), {
    name: 'UserError',
    message:
      'd.jsonl, row 4 (line 5): dataset.columns.question names the column "problm", and the row has problem. Did you mean "problem"?',
  });
  assert.throws(() => added({ a: { b: 1 } }, { question: 'a.c' }), /names the column "a\.c", and the row has a\./);
  assert.throws(() => added({ a: 1, answer: 2 }, { answer: 'a' }), /would hide the row's own column "answer"/);
  assert.deepEqual(added({ answer: 2 }, { answer: 'answer' }), { answer: 2 });
});

test('a worked example is given what it lacks and has elsewhere, and keeps its own columns', () => {
  const names = { answer: 'solution', id: 'extra_info.index' };
  const completed = (columns: Columns): Columns =>
    withMissingColumns({ file: 'shots.jsonl', row: 0, line: 1, columns }, names).columns;
  assert.deepEqual(completed(TRL), { ...TRL, answer: '2' });
  assert.deepEqual(completed({ ...GSM8K, solution: '3' }), { ...GSM8K, solution: '3' });
  assert.equal(completed(VERL)['answer'], '2');
});
