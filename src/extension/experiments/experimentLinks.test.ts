import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { experimentLinks, lineOfExport } from './experimentLinks.ts';

const path = resolve('/home/a.rlvr.json');
const productDir = resolve('/opt/product');

function links(text: string): (readonly [kind: string, words: string, file: string])[] {
  return experimentLinks(text, path, productDir).map(({ kind, range, file }) => [
    kind,
    text.slice(range.offset, range.offset + range.length),
    file,
  ]);
}

test('model, data, rewards and adapter lead to files', () => {
  const text = `// comment
{
  "model": "../models/gpt2",
  "lora": { "from": "warm" },
  "dataset": { "source": "d/train.jsonl", "validation": "held.jsonl", "test": "test.jsonl" },
  "rewards": [{ "function": "gsm8k" }, { "file": "reward.ts", "function": "correct" },]
}`;
  assert.deepEqual(links(text), [
    ['model', '../models/gpt2', resolve('/models/gpt2/config.json')],
    ['adapter', 'warm', resolve('/home/warm/adapter_config.json')],
    ['dataset', 'd/train.jsonl', resolve('/home/d/train.jsonl')],
    ['dataset', 'held.jsonl', resolve('/home/held.jsonl')],
    ['dataset', 'test.jsonl', resolve('/home/test.jsonl')],
    ['reward', 'reward.ts', resolve('/home/reward.ts')],
    ['function', 'correct', resolve('/home/reward.ts')],
  ]);
});

test('worked examples lead to their file, a named set nowhere', () => {
  const file = ['dataset', 'examples.jsonl', resolve('/home/examples.jsonl')];
  assert.deepEqual(links('{ "dataset": { "fewShot": "examples.jsonl" } }'), [file]);
  assert.deepEqual(links('{ "dataset": { "fewShot": "rlvr-cot-8" } }'), []);
  assert.deepEqual(links('{ "dataset": { "fewShot": 2 } }'), []);
});

test('a built-in model leads into the product, one that there is not nowhere', () => {
  assert.deepEqual(links('{ "model": "builtin:demo" }'), [
    ['model', 'builtin:demo', join(productDir, 'examples/demo/model/config.json')],
  ]);
  assert.deepEqual(links('{ "model": "builtin:other" }'), []);
});

test('every task leads to its own data', () => {
  const tasks = {
    gsm8k: { dataset: { source: 'a.jsonl', fewShot: 'e.jsonl' } },
    svamp: { dataset: { source: 'b.csv' } },
  };
  assert.deepEqual(links(JSON.stringify({ tasks })), [
    ['dataset', 'a.jsonl', resolve('/home/a.jsonl')],
    ['dataset', 'e.jsonl', resolve('/home/e.jsonl')],
    ['dataset', 'b.csv', resolve('/home/b.csv')],
  ]);
  assert.deepEqual(links('{ "tasks": [1], "dataset": 2 }'), []);
});

test('a text in the middle of being written is no error', () => {
  assert.deepEqual(links(''), []);
  assert.deepEqual(links('{ "dataset": { "source": "hf:owner/name", "test": 0.1 } }'), []);
  assert.deepEqual(links('{ "model": "", "dataset": { "validation": 10, "source": '), []);
  assert.deepEqual(links('{ "rewards": [{ "file": "r.ts" '), [['reward', 'r.ts', resolve('/home/r.ts')]]);
});

test('a function is found by its export', () => {
  const source = `import x from 'y';
const helper = 1;
export const correctness = 2;
export const correct = () => 1;
export async function slow() {}
function late() {}
export { late };
export const $odd = 1;`;
  assert.deepEqual(
    ['correct', 'slow', 'late', '$odd', 'missing', 'correct|slow'].map((name) => lineOfExport(source, name)),
    [3, 4, 5, 7, null, null],
  );
});
