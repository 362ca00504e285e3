/** Promise: no problem of the test or validation part is ever trained on, however the parts are made. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { readParts, type DatasetParts } from '../../src/engine/data/parts.ts';
import { loadProblems, type Problems } from '../../src/engine/data/problems.ts';
import { ProblemSampler } from '../../src/engine/data/sampler.ts';
import { ShuffledOrder } from '../../src/engine/data/shuffledOrder.ts';
import { datasetSchema, type DatasetConfig } from '../../src/engine/protocol/datasetConfig.ts';

const ROWS = 60;
/** Enough for several epochs. */
const STEPS = 40;

async function folderWith(context: TestContext, files: Readonly<Record<string, readonly object[]>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'splits-'));
  context.after(() => rm(folder, { recursive: true }));
  for (const [name, rows] of Object.entries(files))
    await writeFile(path.join(folder, name), rows.map((row) => JSON.stringify(row)).join('\n'));
  return folder;
}

const rowsOf = (count: number): object[] =>
  Array.from({ length: count }, (_, row) => ({
    question: `How many are ${row}?`,
    answer: `${row}`,
    split: ['train', 'train', 'train', 'held', 'exam'][row % 5],
  }));

function parse(dataset: object): DatasetConfig {
  return datasetSchema.parse(dataset);
}

function load(dataset: object, baseDir: string, seed = 0): Promise<Problems> {
  return loadProblems([{ name: null, dataset: parse(dataset) }], {
    baseDir,
    seed,
    encode: (text) => Int32Array.from(Buffer.from(text)),
    renderChat: (messages) => messages.map(({ content }) => content).join(''),
    contextLength: 4096,
    maxCompletionLength: 64,
  });
}

/** Rows of the source that the steps of a run draw, those of dynamic sampling among them. */
function drawn({ train, tasks }: Problems, seed: number): Set<number> {
  const orders = tasks.map(({ name, train: range }) => ({ name, weight: 1, order: new ShuffledOrder(range, seed) }));
  const sampler = new ProblemSampler(orders, 7);
  const rows = new Set<number>();
  for (let step = 1; step <= STEPS; step++)
    for (const { index } of [...sampler.draw(step), ...sampler.drawMore(step, 7, 14)]) {
      const problem = train[index];
      assert.equal(problem?.split, 'train');
      rows.add(problem.problem);
    }
  return rows;
}

test('what is held back is never drawn, whatever the seed, and everything else is', async (context) => {
  const baseDir = await folderWith(context, { 'd.jsonl': rowsOf(ROWS) });
  const portion = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.double({ min: 0.01, max: 0.3, noNaN: true }));
  const held = fc.record({
    test: fc.oneof(portion, fc.constant({ split: 'exam' })),
    validation: fc.oneof(portion, fc.constant({ split: 'held' })),
    fewShot: fc.nat(4),
    seed: fc.nat(1000),
  });
  await fc.assert(
    fc.asyncProperty(held, async ({ seed, ...dataset }) => {
      const selects = typeof dataset.validation === 'object' && typeof dataset.test === 'number';
      const problems = await load({ source: 'd.jsonl', ...dataset }, baseDir, seed).catch((error: unknown) => {
        // A test part that is drawn may take what validation selects.
        assert.ok(selects, String(error));
        return null;
      });
      if (problems === null) return;
      const seen = drawn(problems, seed);
      const kept = [...problems.validation, ...problems.test].map(({ problem }) => problem);
      assert.deepEqual(
        kept.filter((row) => seen.has(row)),
        [],
      );
      assert.equal(new Set(kept).size, kept.length);
      assert.equal(seen.size, problems.train.length);
      assert.equal(problems.train.length + kept.length + dataset.fewShot, ROWS);
    }),
    { numRuns: 60 },
  );
});

test('the test part stays the same whatever the validation part is, and with a seed of its own for every run', async (context) => {
  const baseDir = await folderWith(context, { 'd.jsonl': rowsOf(ROWS) });
  const numbers = async (dataset: object, seed: number, part: 'validation' | 'test'): Promise<number[]> => {
    const parts: DatasetParts = await readParts(parse({ source: 'd.jsonl', ...dataset }), baseDir, seed);
    return parts[part].map(({ row }) => row);
  };
  const exam = await numbers({ test: 0.2, validation: 5 }, 1, 'test');
  assert.equal(exam.length, 12);
  assert.deepEqual(await numbers({ test: 0.2, validation: 0.3 }, 1, 'test'), exam);
  assert.notDeepEqual(await numbers({ test: 0.2, validation: 5 }, 2, 'test'), exam);
  for (const part of ['validation', 'test'] as const)
    assert.deepEqual(
      await numbers({ test: 0.2, validation: 5, splitSeed: 9 }, 1, part),
      await numbers({ test: 0.2, validation: 5, splitSeed: 9 }, 2, part),
    );
});

test('shares, and what they leave', async (context) => {
  const baseDir = await folderWith(context, { 'd.jsonl': rowsOf(ROWS) });
  const parts = await readParts(parse({ source: 'd.jsonl', test: 0.1, validation: 0.1 }), baseDir, 0);
  assert.deepEqual([parts.train.length, parts.validation.length, parts.test.length], [48, 6, 6]);
  assert.deepEqual(parts.warnings, []);
  const small = await readParts(parse({ source: 'd.jsonl', test: 20 }), baseDir, 0);
  assert.deepEqual([small.train.length, small.validation.length, small.test.length], [20, 20, 20]);
  assert.match(small.warnings[0] ?? '', /asks for 256 problems, more than half of the source: 20/);
  await assert.rejects(readParts(parse({ source: 'd.jsonl', test: 60 }), baseDir, 0), {
    name: 'UserError',
    message: /dataset\.test takes 60 of the 60 rows of d\.jsonl, and none would be left/,
  });
});

test("rows in verl's shape, and columns that the experiment names: the prompt and the rewards see both", async (context) => {
  const message = [{ role: 'user', content: 'How many?' }];
  const verl = (row: number): object => ({
    data_source: 'x',
    prompt: [{ ...message[0], content: `How many are ${row}?` }],
    reward_model: { style: 'rule', ground_truth: `${row}` },
    extra_info: { index: row },
  });
  const named = (row: number): object => ({ problem: `How many are ${row}?`, meta: { solution: row } });
  const baseDir = await folderWith(context, {
    'verl.jsonl': [0, 1, 2, 3].map(verl),
    'named.jsonl': [0, 1, 2, 3].map(named),
  });
  const chat = await load({ source: 'verl.jsonl', validation: 1 }, baseDir);
  for (const { problem, prompt, row } of chat.train) {
    assert.equal(prompt, `How many are ${problem}?`);
    assert.deepEqual(row, { ...verl(problem), answer: `${problem}` });
  }
  const columns = { question: 'problem', answer: 'meta.solution' };
  const plain = await load({ source: 'named.jsonl', validation: 1, columns }, baseDir);
  for (const { problem, prompt, row } of plain.train) {
    assert.equal(prompt, `How many are ${problem}?\n`);
    assert.deepEqual(row, { ...named(problem), question: `How many are ${problem}?`, answer: problem });
  }
});

test('worked examples of a file are given the columns that the rows are', async (context) => {
  const row = (number: number): object => ({ problem: `How many are ${number}?`, solution: `${number}` });
  const baseDir = await folderWith(context, { 'd.jsonl': [0, 1, 2, 3].map(row), 'shots.jsonl': [row(77)] });
  const columns = { question: 'problem', answer: 'solution' };
  const { train } = await load({ source: 'd.jsonl', validation: 1, columns, fewShot: 'shots.jsonl' }, baseDir);
  assert.match(train[0]?.prompt ?? '', /^How many are 77\?\n\s*77/);
});

test('a selection from what the test part left says that it is', async (context) => {
  const baseDir = await folderWith(context, { 'd.jsonl': rowsOf(ROWS) });
  const exam = { split: 'exam' };
  await assert.rejects(readParts(parse({ source: 'd.jsonl', test: exam, validation: exam }), baseDir, 0), {
    name: 'UserError',
    message: /dataset\.validation: no row of d\.jsonl \(without its test rows\) has "split": "exam"/,
  });
});

test('duplicates and near duplicates are told before anything is trained', async (context) => {
  const story =
    'Ann has four red apples in her basket and buys another seven green ones at the market. How many apples has she?';
  const told = story.replace('Ann', 'Bea');
  const baseDir = await folderWith(context, {
    'd.jsonl': [story, 'One?', 'Two?', 'Three?'].map((question) => ({ question, answer: '1' })),
    'test.jsonl': [told, ' ONE?', 'Else?'].map((question) => ({ question, answer: '1' })),
  });
  const { warnings } = await load({ source: 'd.jsonl', validation: 1, test: 'test.jsonl', splitSeed: 3 }, baseDir);
  assert.ok(
    warnings.some((warning) => /^1 of 3 test problems ask the same as a (train|validation)/.test(warning)),
    String(warnings),
  );
  assert.ok(
    warnings.some((warning) => /^1 of 3 test problems nearly repeat a (train|validation) problem/.test(warning)),
  );
});
