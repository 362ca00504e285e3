import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemPlace, problemRange } from './problemPlace.ts';

const tasks = [
  { name: 'gsm8k', first: 0 },
  { name: 'svamp', first: 7473 },
];

test('a problem is a row of its task, or of the one dataset', () => {
  assert.deepEqual(problemPlace({ tasks }, 7473), { task: 'svamp', row: 0 });
  assert.deepEqual(problemPlace({ tasks }, 7472), { task: 'gsm8k', row: 7472 });
  assert.deepEqual(problemPlace({}, 7473), { task: null, row: 7473 });
});

test('the problems of a task end where the next begins', () => {
  assert.deepEqual(problemRange({ tasks }, 'gsm8k'), { fromProblem: 0, toProblem: 7473 });
  assert.deepEqual(problemRange({ tasks }, 'svamp'), { fromProblem: 7473, toProblem: Number.MAX_SAFE_INTEGER });
  for (const task of [undefined, 'other']) assert.equal(problemRange({ tasks }, task), null);
  assert.equal(problemRange({}, 'gsm8k'), null);
});
