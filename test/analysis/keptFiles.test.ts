import assert from 'node:assert/strict';
import { symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readKeptFile, rewardEntries, rewardSources } from '../../src/engine/analysis/keptFiles.ts';
import { writeComparedRun } from '../support/comparedRuns.ts';
import { temporaryFolder } from '../run/samples.ts';

const ID = '20260101-120000-aaaa';
const files = {
  'code.diff': '+more\n',
  'rewards/entries.json': JSON.stringify({ 'reward.ts': '0/reward.ts', 'other/extra.ts': '1/extra.ts' }),
  'rewards/0/reward.ts': 'export const correct = 1;\n',
  'rewards/0/lib/parse.ts': 'parse',
  'rewards/1/extra.ts': 'extra',
};

test('kept files are read as they are', () => {
  const dir = writeComparedRun(temporaryFolder(), { id: ID, files });
  assert.equal(readKeptFile(dir, 'code.diff'), '+more\n');
  assert.match(readKeptFile(dir, 'experiment.json') ?? '', /"model"/);
  assert.equal(readKeptFile(dir, 'rewards/0/lib/parse.ts'), 'parse');
  assert.equal(readKeptFile(dir, 'rewards/0/none.ts'), null);
  assert.equal(readKeptFile(dir, 'rewards/0'), null);
});

test('reward sources: entries first, then what they import', () => {
  const dir = writeComparedRun(temporaryFolder(), { id: ID, files });
  assert.deepEqual(rewardEntries(dir), {
    'reward.ts': 'rewards/0/reward.ts',
    'other/extra.ts': 'rewards/1/extra.ts',
  });
  assert.deepEqual(rewardSources(dir), ['rewards/0/reward.ts', 'rewards/1/extra.ts', 'rewards/0/lib/parse.ts']);
});

test('a run of built-in rewards keeps no source and no difference', () => {
  const dir = writeComparedRun(temporaryFolder(), { id: ID });
  assert.deepEqual(rewardSources(dir), []);
  assert.equal(readKeptFile(dir, 'code.diff'), null);
});

test('nothing else is read, and nothing outside of the run', () => {
  const folder = temporaryFolder();
  const dir = writeComparedRun(folder, { id: ID, files });
  writeFileSync(join(folder, 'secret'), 'secret');
  for (const path of [
    'run.sqlite',
    '../secret',
    'rewards/../../secret',
    'rewards//0',
    'rewards/..\\..\\secret',
    'rewards/',
    '',
  ])
    assert.throws(() => readKeptFile(dir, path), { name: 'UserError', message: /none of the files/ }, path);
  symlinkSync(join(folder, 'secret'), join(dir, 'rewards', 'link.ts'));
  assert.throws(() => readKeptFile(dir, 'rewards/link.ts'), { name: 'UserError', message: /leads out of the run/ });
});

test('a damaged list, and a file beyond what a run writes, are refused', () => {
  const dir = writeComparedRun(temporaryFolder(), { id: ID, files });
  writeFileSync(join(dir, 'rewards', 'entries.json'), '{"reward.ts": 3}');
  assert.throws(() => rewardSources(dir), { name: 'UserError', message: /damaged/ });
  writeFileSync(join(dir, 'rewards', 'entries.json'), '{');
  assert.throws(() => rewardSources(dir), { name: 'UserError', message: /damaged/ });
  truncateSync(join(dir, 'code.diff'), 40 * 2 ** 20);
  assert.throws(() => readKeptFile(dir, 'code.diff'), { name: 'UserError', message: /not shown/ });
});
