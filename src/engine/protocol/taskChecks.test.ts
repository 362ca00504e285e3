import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from './errors.ts';
import { parseExperiment } from './experimentFile.ts';
import { tasksOf } from './tasks.ts';

const rewards = [{ function: 'correct' }, { function: 'form' }];
const dataset = { source: 'd.jsonl' };

function parse(extra: object, overrides: readonly string[] = []): ReturnType<typeof parseExperiment> {
  return parseExperiment(JSON.stringify({ model: 'm', rewards, ...extra }), 'e.rlvr.json', overrides);
}

/** What is wrong, without places. */
function errorsOf(extra: object, overrides: readonly string[] = []): string[] {
  try {
    parse(extra, overrides);
  } catch (error) {
    if (error instanceof UserError) return error.message.split('\n').map((line) => line.replace(/^.*? {2}/, ''));
    throw error;
  }
  return assert.fail('the experiment was accepted');
}

test('tasks stand in place of a dataset', () => {
  const { tasks } = parse({ tasks: { a: { dataset }, 'b-2_c': { dataset, weight: 0.5 } } });
  assert.deepEqual(Object.keys(tasks ?? {}), ['a', 'b-2_c']);
  assert.deepEqual(errorsOf({}), ['dataset: is required, or `tasks` with a dataset for each']);
  assert.match(
    errorsOf({ dataset, tasks: { a: { dataset } } })[0] ?? '',
    /^tasks: `dataset` and `tasks` exclude each other/,
  );
  assert.deepEqual(errorsOf({ tasks: {} }), ['tasks: it needs at least one task']);
});

test('a missing dataset is said beside what else is wrong', () => {
  assert.deepEqual(errorsOf({ model: 7 }), [
    'dataset: is required, or `tasks` with a dataset for each',
    'model: must be text in quotes, not 7',
  ]);
});

test('what is wrong with the dataset of a task is said of it', () => {
  const system = { ...dataset, system: 'Be brief.' };
  assert.match(errorsOf({ tasks: { a: { dataset: system } } })[0] ?? '', /^tasks\.a\.dataset\.system: .*`chat: true`/);
  assert.match(errorsOf({ tasks: { a: { dataset: {} } } })[0] ?? '', /^tasks\.a\.dataset\.source: is required/);
});

test('a name that metrics and paths cannot have', () => {
  for (const name of ['', '1', 'a b', 'a.b', 'a/b', 'x'.repeat(33)])
    assert.match(
      errorsOf({ tasks: { [name]: { dataset } } })[0] ?? '',
      /the name of a task begins with a letter/,
      name,
    );
});

test('a reward that is not there, with the one that was probably meant', () => {
  const [unknown, ...others] = errorsOf({ tasks: { a: { dataset, rewards: ['corect', 'form'] }, b: { dataset } } });
  assert.deepEqual(others, []);
  assert.equal(unknown, 'tasks.a.rewards[0]: "corect" is no reward; did you mean "correct"?');
  assert.match(
    errorsOf({ tasks: { a: { dataset, solvedBy: 'fo' } } })[0] ?? '',
    /^tasks\.a\.solvedBy: "fo" is no reward/,
  );
});

test('what says what is solved must apply', () => {
  const [error] = errorsOf({ tasks: { a: { dataset, rewards: ['form'], solvedBy: 'correct' }, b: { dataset } } });
  assert.match(error ?? '', /^tasks\.a\.solvedBy: "correct" does not apply to this task; .*name one of form/);
});

test('a task that trains on nothing, a reward named twice, and one that no task names', () => {
  assert.match(
    errorsOf({ tasks: { a: { dataset, rewards: [] }, b: { dataset } } })[0] ?? '',
    /^tasks\.a\.rewards: .*at least one/,
  );
  const twice = { dataset, rewards: ['form', 'form'] };
  assert.match(
    errorsOf({ tasks: { a: twice, b: { dataset } } })[0] ?? '',
    /^tasks\.a\.rewards\[1\]: "form" is named twice/,
  );
  assert.match(
    errorsOf({ tasks: { a: { dataset, rewards: ['form'] } } })[0] ?? '',
    /^rewards\[0\]: no task names "correct"/,
  );
  const supervised = parse({ method: 'sft', rewards: [], tasks: { a: { dataset, rewards: [] } } });
  assert.deepEqual(tasksOf(supervised)[0].rewards, []);
});

test('--set reaches into a task and leaves it in its place', () => {
  const tasks = { a: { dataset }, b: { dataset }, c: { dataset } };
  const changed = parse({ tasks }, ['tasks.a.weight=3', 'tasks.b=null', 'tasks.d.dataset.source=e']);
  assert.deepEqual(
    tasksOf(changed).map(({ name, weight }) => [name, weight]),
    [
      ['a', 3],
      ['c', 1],
      ['d', 1],
    ],
  );
});

test('an unknown key in a task says where in the task it belongs', () => {
  const wrong = (task: object): string => errorsOf({ tasks: { a: { dataset, ...task } } })[0] ?? '';
  assert.match(wrong({ prompt: 'x' }), /unknown key `prompt` in tasks\.a; `prompt` belongs under `tasks\.a\.dataset`/);
  assert.match(wrong({ wieght: 2 }), /did you mean `weight`/);
  assert.match(wrong({ seed: 2 }), /`seed` belongs at the top of the file/);
  assert.match(errorsOf({ dataset, prompt: 'x' })[0] ?? '', /`prompt` belongs under `dataset`/);
});
