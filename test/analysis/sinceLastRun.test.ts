import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sinceLastRun } from '../../src/engine/analysis/sinceLastRun.ts';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { parseExperiment } from '../../src/engine/protocol/experimentFile.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { manifest, temporaryFolder } from '../run/samples.ts';

const TEXT = `{
  "model": "model",
  "dataset": { "source": "train.jsonl" },
  "rewards": [{ "file": "reward.ts", "function": "correct" }],
  "optimizer": { "learningRate": 5e-4 }
}`;

function project(): { readonly path: string; readonly reward: string; readonly run: RunReader } {
  const folder = temporaryFolder();
  const path = join(folder, 'a.rlvr.json');
  const reward = join(folder, 'reward.ts');
  writeFileSync(reward, 'export const correct = () => 1;\n');
  const dir = join(folder, '.rlvr', 'runs', '20260101-120000-abcd');
  mkdirSync(join(folder, '.rlvr', 'runs'), { recursive: true });
  RunWriter.create(dir, manifest, parseExperiment(TEXT, path), {
    'rewards/0/reward.ts': 'export const correct = () => 1;\n',
    'rewards/entries.json': JSON.stringify({ 'reward.ts': '0/reward.ts' }),
  }).close();
  return { path, reward, run: RunReader.open(dir) };
}

test('says which values are others than in the last run, and which reward was edited', (context) => {
  const { path, reward, run } = project();
  context.after(() => run.close());
  assert.equal(sinceLastRun(run, TEXT, path), 'nothing changed');
  const lower = TEXT.replace('5e-4', '3e-4');
  assert.equal(sinceLastRun(run, lower, path), 'changed: learningRate 5e-4 → 3e-4');
  writeFileSync(reward, 'export const correct = () => 0;\n');
  assert.equal(sinceLastRun(run, lower, path), 'changed: reward correct, learningRate 5e-4 → 3e-4');
});

test('a text that is no experiment is an error for the user', (context) => {
  const { path, run } = project();
  context.after(() => run.close());
  assert.throws(() => sinceLastRun(run, '{', path), UserError);
});

test('a reward that was changed while the last run trained is another than scored all of it', (context) => {
  const { path, reward, run } = project();
  context.after(() => run.close());
  const writer = RunWriter.open(run.dir);
  const edited = 'export const correct = () => 2;\n';
  writer.writeStep({ step: 0, metrics: {}, problems: [], completions: [], evaluation: null, state: null });
  const version = { fromStep: 1, reward: 'correct', hash: 'f', entry: 'rewards/0-f/reward.ts' };
  writer.changeRewards(1, [version], new Map([['rewards/0-f', new Map([['reward.ts', Buffer.from(edited)]])]]));
  writer.writeStep({ step: 1, metrics: {}, problems: [], completions: [], evaluation: null, state: null });
  writer.close();
  assert.equal(sinceLastRun(run, TEXT, path), 'changed: reward correct');
  writeFileSync(reward, edited);
  assert.equal(sinceLastRun(run, TEXT, path), 'changed: reward correct');
});
