/** From the files of several tasks to problems, on excerpts of GSM8K and SVAMP. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { loadProblems, taskPlaces, type Problems } from '../../src/engine/data/problems.ts';
import { datasetSchema } from '../../src/engine/protocol/datasetConfig.ts';
import { asReadBefore } from '../../src/engine/data/sources.ts';

const FIXTURES = path.join(import.meta.dirname, '../fixtures');

const gsm8k = { source: 'gsm8k/train.jsonl', test: 'gsm8k/test.jsonl', validation: 8 };
const svamp = { source: 'svamp/SVAMP.json', validation: 5, prompt: '{Body}. {Question}' };

function load(tasks: Readonly<Record<string, object>>, encode = bytes): Promise<Problems> {
  const named = Object.entries(tasks).map(([name, dataset]) => ({ name, dataset: datasetSchema.parse(dataset) }));
  return loadProblems(named, {
    baseDir: FIXTURES,
    seed: 0,
    encode,
    renderChat: (messages) => messages.map(({ content }) => content).join(''),
    contextLength: 4096,
    maxCompletionLength: 64,
  });
}

const bytes = (text: string): Int32Array => Int32Array.from(Buffer.from(text));
const numbers = ({ train, validation, test: held }: Problems, task: string): number[] =>
  [...train, ...validation, ...held].filter((problem) => problem.task === task).map(({ problem }) => problem);

test('tasks stand one after another in every part, and each knows its range', async () => {
  const { train, validation, test: held, tasks } = await load({ gsm8k, svamp });
  assert.deepEqual([train.length, validation.length, held.length], [32 + 25, 8 + 5, 20]);
  assert.deepEqual(
    tasks.map(({ name, train: range }) => [name, range]),
    [
      ['gsm8k', { task: 0, start: 0, count: 32 }],
      ['svamp', { task: 1, start: 32, count: 25 }],
    ],
  );
  for (const { name, train: range } of tasks)
    assert.ok(train.slice(range.start, range.start + range.count).every(({ task }) => task === name));
});

test('a problem has a number that no other task has, whatever part it is of', async () => {
  const both = await load({ svamp, gsm8k });
  assert.deepEqual(taskPlaces(both), [
    { name: 'svamp', first: 0 },
    { name: 'gsm8k', first: 30 },
  ]);
  const [svamps, gsm8ks] = [numbers(both, 'svamp'), numbers(both, 'gsm8k')];
  assert.equal(Math.max(...svamps), 29);
  assert.deepEqual([Math.min(...gsm8ks), Math.max(...gsm8ks)], [30, 69]);
  for (const { problem, fileRow, task } of both.train) assert.equal(problem, task === 'svamp' ? fileRow : 30 + fileRow);
});

test('a task more at the end moves nobody, and of one alone the problems are its rows', async () => {
  const [alone, both] = [await load({ gsm8k }), await load({ gsm8k, svamp })];
  assert.deepEqual(numbers(both, 'gsm8k'), numbers(alone, 'gsm8k'));
  assert.deepEqual(
    alone.train.map(({ problem }) => problem),
    alone.train.map(({ fileRow }) => fileRow),
  );
  assert.notEqual(both.hash, alone.hash);
  assert.equal((await load({ another: gsm8k })).hash, alone.hash);
});

test('each source is told with its task, and a task at a commit reads that again', async () => {
  const { origins } = await load({ gsm8k, svamp });
  assert.deepEqual(
    origins.map(({ task, role }) => [task, role]),
    [
      ['gsm8k', 'train'],
      ['gsm8k', 'test'],
      ['svamp', 'train'],
    ],
  );
  const source = 'hf:owner/name';
  const then = [{ task: 'a', role: 'train' as const, source, revision: 'f'.repeat(40), sha256: '', rows: 1 }];
  assert.match(asReadBefore(datasetSchema.parse({ source }), then).source, /@f{40}/);
});

test('warnings and errors name the task; a test problem that another task trains on is a leak', async () => {
  const careless = { source: 'gsm8k/test.jsonl', validation: 2 };
  const { warnings } = await load({ gsm8k, svamp: { ...svamp, validation: 20 }, careless });
  assert.match(warnings[0] ?? '', /^Task svamp: dataset\.validation asks for 20 problems/);
  assert.ok(
    warnings.some((text) =>
      text.startsWith('Task gsm8k: 18 of 20 test problems ask the same as a train problem of the task careless'),
    ),
  );
  await assert.rejects(load({ gsm8k, svamp: { ...svamp, prompt: '{question}' } }), {
    name: 'UserError',
    message: /^Task svamp: .*SVAMP\.json, row \d+.*\{question\}.*Did you mean \{Question\}/,
  });
});
