import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { putDemo } from './demoFiles.ts';

const productDir = resolve(import.meta.dirname, '../../..');
const shipped = (name: string): string => readFileSync(join(productDir, 'examples/demo', name), 'utf8');

function parentFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'demo-files-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('the demo is three files that read as they ship, and the types of rewards', (context) => {
  const { experiment, reward } = putDemo(productDir, parentFolder(context));
  assert.deepEqual(readdirSync(dirname(experiment)).sort(), [
    'demo.rlvr.json',
    'problems.jsonl',
    'reward.ts',
    'rlvr.d.ts',
  ]);
  assert.equal(readFileSync(experiment, 'utf8'), shipped('demo.rlvr.json'));
  assert.equal(readFileSync(reward, 'utf8'), shipped('reward.ts'));
});

test('what the user changed stays, what the user removed comes back', (context) => {
  const parent = parentFolder(context);
  const { experiment, reward } = putDemo(productDir, parent);
  writeFileSync(experiment, '{ "mine": true }');
  rmSync(reward);
  assert.deepEqual(putDemo(productDir, parent), { experiment, reward });
  assert.equal(readFileSync(experiment, 'utf8'), '{ "mine": true }');
  assert.equal(readFileSync(reward, 'utf8'), shipped('reward.ts'));
  assert.deepEqual(readdirSync(parent), ['rlvr-demo']);
});

test('older types of ours are brought up to date, those of another stay', (context) => {
  const parent = parentFolder(context);
  const types = join(dirname(putDemo(productDir, parent).experiment), 'rlvr.d.ts');
  const current = readFileSync(types, 'utf8');
  writeFileSync(types, current.replace('completion', 'answerOfLastYear'));
  putDemo(productDir, parent);
  assert.equal(readFileSync(types, 'utf8'), current);
  writeFileSync(types, 'export {};');
  putDemo(productDir, parent);
  assert.equal(readFileSync(types, 'utf8'), 'export {};');
});

test('another folder is taken where the first cannot hold the files', (context) => {
  const parent = parentFolder(context);
  writeFileSync(join(parent, 'rlvr-demo'), 'a file');
  mkdirSync(join(parent, 'rlvr-demo-2/reward.ts'), { recursive: true });
  assert.equal(basename(dirname(putDemo(productDir, parent).experiment)), 'rlvr-demo-3');
});

test('a place where nothing can be written is an error that says what to do', (context) => {
  const file = join(parentFolder(context), 'file');
  writeFileSync(file, '');
  assert.throws(() => putDemo(productDir, join(file, 'below')), {
    name: 'UserError',
    message: /cannot be written into .*Open a folder/,
  });
});
