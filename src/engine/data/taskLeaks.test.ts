import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LeakPart, PartQuestions } from './overlap.ts';
import { findTaskLeaks, taskLeakWarnings, type TaskQuestions } from './taskLeaks.ts';

const part = (name: LeakPart, ...texts: readonly string[]): PartQuestions => ({
  part: name,
  questions: texts.map((text, row) => ({ row, question: { text } })),
});

type Asked = Omit<TaskQuestions, 'alike'>;
const leaks = (...tasks: readonly Asked[]) => findTaskLeaks(tasks.map((task) => ({ ...task, alike: false })));
const found = (...tasks: readonly Asked[]): (string | null)[][] =>
  leaks(...tasks).map(({ task, part: later, fromTask, from }) => [task, later, fromTask, from]);

test('what one task is measured by and another trains on', () => {
  const a = { task: 'a', parts: [part('train', 'One?', 'Two?'), part('validation', 'Three?'), part('test', 'Four?')] };
  const b = { task: 'b', parts: [part('train', 'Five?', 'FOUR?'), part('validation', 'two?'), part('test', 'Six?')] };
  assert.deepEqual(found(a, b), [
    ['a', 'test', 'b', 'train'],
    ['b', 'validation', 'a', 'train'],
  ]);
  assert.match(
    taskLeakWarnings(leaks(a, b))[0] ?? '',
    /^Task a: 1 of 1 test problems ask the same as a train problem of the task b: .*memory/,
  );
});

test('what both are measured by, train on or show is none of the other', () => {
  const a = { task: 'a', parts: [part('few-shot', 'Shown?'), part('train', 'One?'), part('test', 'Four?')] };
  const b = { task: 'b', parts: [part('few-shot', 'Four?'), part('train', 'One?'), part('test', 'Four?', 'Shown?')] };
  assert.deepEqual(found(a, b), [['b', 'test', null, 'few-shot']]);
});

test('of an experiment with one dataset what its own parts give away', () => {
  const only = { task: null, parts: [part('train', 'One?'), part('validation', 'one?')] };
  assert.deepEqual(found(only), [[null, 'validation', null, 'train']]);
  assert.match(taskLeakWarnings(leaks(only))[0] ?? '', /^1 of 1 validation problems ask/);
});

test('near repeats that an experiment expects are found and not warned of; equal questions and those of another task are', () => {
  const words = (last: string): string =>
    `Ann has six apples and two pears, and eats two of them. How many does she keep for ${last}?`;
  const parts = [part('train', words('Ben')), part('validation', words('Cid'))];
  const alike = { task: 'a', parts, alike: true };
  const [leak] = findTaskLeaks([alike]);
  assert.ok(leak?.near.length === 1 && leak.alike);
  assert.deepEqual(taskLeakWarnings([leak]), []);
  assert.match(taskLeakWarnings(findTaskLeaks([{ ...alike, alike: false }]))[0] ?? '', /nearly repeat/);

  const same = [part('train', 'One?'), part('validation', 'one?')];
  assert.match(taskLeakWarnings(findTaskLeaks([{ ...alike, parts: same }]))[0] ?? '', /ask the same/);
  const other = { task: 'b', parts: [part('train', words('Dan'))], alike: false };
  assert.match(
    taskLeakWarnings(findTaskLeaks([alike, other])).join(),
    /^Task a: 1 of 1 validation problems nearly repeat a train problem of the task b/,
  );
});
