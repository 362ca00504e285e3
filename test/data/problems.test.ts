/** From dataset files on disk to problems, on an excerpt of GSM8K. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { loadProblems, type ProblemDependencies, type Problems } from '../../src/engine/data/problems.ts';
import { datasetSchema } from '../../src/engine/protocol/datasetConfig.ts';

const GSM8K = path.join(import.meta.dirname, '../fixtures/gsm8k');
const rowSchema = z.object({ question: z.string(), answer: z.string() });

/** One token per byte, and a begin-of-sequence token where special tokens are wanted. */
const deps: ProblemDependencies = {
  baseDir: GSM8K,
  seed: 0,
  encode: (text, { addSpecialTokens }) => Int32Array.from([...(addSpecialTokens ? [256] : []), ...Buffer.from(text)]),
  renderChat: (messages) => messages.map(({ role, content }) => `<${role}>${content}`).join(''),
  contextLength: 4096,
  maxCompletionLength: 128,
};

function load(dataset: Record<string, unknown>, changes: Partial<ProblemDependencies> = {}): Promise<Problems> {
  return loadProblems([{ name: null, dataset: datasetSchema.parse(dataset) }], { ...deps, ...changes });
}

async function folderWith(context: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dataset-'));
  context.after(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return folder;
}

test('GSM8K: train and validation carved from one file, test from its own', async () => {
  const {
    train,
    validation,
    test: held,
    warnings,
  } = await load({
    source: 'train.jsonl',
    test: 'test.jsonl',
    validation: 10,
  });
  assert.deepEqual([train.length, validation.length, held.length], [30, 10, 20]);
  assert.deepEqual(warnings, []);
  const rows = [...train, ...validation].map(({ problem }) => problem);
  assert.deepEqual(
    rows.toSorted((a, b) => a - b),
    [...Array(40).keys()],
  );
  assert.deepEqual([train[0]?.split, validation[0]?.split, held[0]?.split], ['train', 'validation', 'test']);
});

test('stops in the middle of many prompts when its signal says so', async (context) => {
  const lines = Array.from({ length: 20_000 }, (_, row) =>
    JSON.stringify({ question: `question ${row}`, answer: '1' }),
  );
  const baseDir = await folderWith(context, { 'problems.jsonl': lines.join('\n') });
  const stop = new AbortController();
  let encoded = 0;
  const encode: ProblemDependencies['encode'] = () => {
    if (encoded === 0) setImmediate(() => stop.abort());
    encoded++;
    return Int32Array.of(1);
  };
  await assert.rejects(load({ source: 'problems.jsonl' }, { baseDir, encode, signal: stop.signal }), {
    name: 'AbortError',
  });
  assert.ok(encoded > 0 && encoded < 2_000, String(encoded));
});

test('validation rows selected by a column keep their place in the file', async (context) => {
  const lines = ['train', 'heldout', 'train', 'heldout'].map((split, row) =>
    JSON.stringify({ question: `question ${row}`, answer: '1', split }),
  );
  const baseDir = await folderWith(context, { 'problems.jsonl': lines.join('\n') });
  const { train, validation } = await load({ source: 'problems.jsonl', validation: { split: 'heldout' } }, { baseDir });
  const numbers = (part: Problems['train']): number[] => part.map(({ problem }) => problem);
  assert.deepEqual(
    [numbers(train), numbers(validation)],
    [
      [0, 2],
      [1, 3],
    ],
  );
});

test('a problem is its row: number, columns, prompt and tokens belong together', async () => {
  const lines = (await readFile(path.join(GSM8K, 'train.jsonl'), 'utf8')).trim().split('\n');
  const { train } = await load({ source: 'train.jsonl', validation: 10 });
  for (const { problem, row, prompt, tokens } of train) {
    const expected = rowSchema.parse(JSON.parse(lines[problem] ?? ''));
    assert.deepEqual(row, expected);
    assert.equal(prompt, `${expected.question}\n`);
    assert.deepEqual(tokens, deps.encode(prompt, { addSpecialTokens: true }));
  }
});

test('the same seed loads the same, another carves differently, and only the seed and the files decide', async () => {
  const numbers = async (seed: number, prompt: string): Promise<number[]> =>
    (await load({ source: 'train.jsonl', validation: 10, prompt }, { seed })).validation.map(({ problem }) => problem);
  assert.deepEqual(await numbers(1, '{question}\n'), await numbers(1, 'Q: {question}\nA:'));
  assert.notDeepEqual(await numbers(1, '{question}\n'), await numbers(2, '{question}\n'));
});

test('worked examples are drawn from the training part, leave it, and open every prompt', async () => {
  const { train, validation } = await load({ source: 'train.jsonl', validation: 10, fewShot: 2 });
  assert.equal(train.length, 28);
  const [opening = ''] = /^(?:[^]*?\n#### .*\n){2}/.exec(train[0]?.prompt ?? '') ?? [];
  assert.notEqual(opening, '');
  assert.ok([...train, ...validation].every(({ prompt }) => prompt.startsWith(opening)));
  assert.ok(train.every(({ row }) => !opening.includes(rowSchema.parse(row).question)));
});

test('worked examples may be given', async () => {
  const fewShot = [{ question: 'One and one?', answer: 'Two.\n#### 2' }];
  const { train } = await load({ source: 'train.jsonl', validation: 10, fewShot });
  assert.equal(train.length, 30);
  assert.ok(train.every(({ prompt }) => prompt.startsWith('One and one?\nTwo.\n#### 2\n')));
});

test('a chat is encoded without special tokens of the tokenizer', async () => {
  const { train } = await load({ source: 'train.jsonl', chat: true, system: 'Hi.' });
  assert.match(train[0]?.prompt ?? '', /^<system>Hi\.<user>[^\n]+$/);
  assert.notEqual(train[0]?.tokens[0], 256);
});

test('the default validation part fits a small dataset, with a warning', async () => {
  const { train, validation, warnings } = await load({ source: 'train.jsonl' });
  assert.deepEqual([train.length, validation.length], [20, 20]);
  assert.match(warnings.join(), /asks for 256 problems.*20/);
});

test('validation as a file, and duplicates across parts counted', async (context) => {
  const baseDir = await folderWith(context, {
    'train.jsonl': '{"question":"One?","answer":"1"}\n{"question":"Two?","answer":"2"}\n',
    'held.jsonl': '{"question":"two?","answer":"2"}\n{"question":"Three?","answer":"3"}\n',
  });
  const { train, validation, warnings } = await load({ source: 'train.jsonl', validation: 'held.jsonl' }, { baseDir });
  assert.deepEqual([train.length, validation.length], [2, 2]);
  assert.deepEqual(warnings.length, 1);
  assert.match(warnings[0] ?? '', /^1 of 2 validation problems ask the same as a train problem/);
});

test('a prompt longer than the context is an error with its row, and the filter leaves it out in every part', async () => {
  const narrow = { contextLength: 480, maxCompletionLength: 128 };
  const files = { source: 'train.jsonl', test: 'test.jsonl', validation: 10 };
  await assert.rejects(load(files, narrow), /train\.jsonl, row \d+ \(line \d+\): the prompt has \d+ tokens.*holds 480/);
  const {
    train,
    validation,
    test: held,
    warnings,
  } = await load({ ...files, filter: { maxPromptTokens: 352 } }, narrow);
  const all = [...train, ...validation, ...held];
  assert.ok(all.length > 0 && all.length < 60);
  assert.ok(all.every(({ tokens }) => tokens.length <= 352));
  assert.match(warnings.join('\n'), /train problems have a prompt of more than 352/);
  assert.match(warnings.join('\n'), /test problems have a prompt of more than 352/);
});

test('the hash is that of the file, or of all files', async () => {
  const sha = createHash('sha256')
    .update(await readFile(path.join(GSM8K, 'train.jsonl')))
    .digest('hex');
  const one = await load({ source: 'train.jsonl', validation: 10 });
  assert.equal(one.hash, sha);
  const both = await load({ source: 'train.jsonl', validation: 10, test: 'test.jsonl' });
  const asValidation = await load({ source: 'train.jsonl', validation: 'test.jsonl' });
  assert.equal(new Set([one.hash, both.hash, asValidation.hash]).size, 3);
});

test('a file that is missing, a folder, or empty is an error that says so', async (context) => {
  const baseDir = await folderWith(context, { 'empty.jsonl': '\n' });
  await assert.rejects(
    load({ source: 'nowhere.jsonl' }),
    /dataset .*nowhere\.jsonl cannot be read \(ENOENT.*relative to the experiment file/,
  );
  await assert.rejects(load({ source: '.' }), /cannot be read \(EISDIR/);
  await assert.rejects(load({ source: 'empty.jsonl' }, { baseDir }), /empty\.jsonl is empty/);
});
