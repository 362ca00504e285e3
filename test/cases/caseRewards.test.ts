/** Which reward file cases are about, and how the experiments around have its functions called. */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { casesFileOf, readCasesFile, rewardFileOf } from '../../src/engine/cases/caseFiles.ts';
import { experimentsNaming, rewardOfCase } from '../../src/engine/cases/caseRewards.ts';
import { temporaryFolder } from '../run/samples.ts';

function writeExperiment(path: string, ...rewards: readonly object[]): string {
  writeFileSync(path, JSON.stringify({ model: 'm', dataset: { source: 'd.jsonl' }, rewards }));
  return path;
}

test('cases lie beside the reward file of their name', () => {
  const folder = temporaryFolder();
  const cases = join(folder, 'my.reward.reward-cases.json');
  assert.equal(casesFileOf(join(folder, 'my.reward.mts')), cases);
  assert.throws(() => rewardFileOf(cases), /There is no reward file for .*my\.reward\.ts, or another of \.ts, /);
  writeFileSync(join(folder, 'my.reward.mjs'), '');
  assert.equal(rewardFileOf(cases), join(folder, 'my.reward.mjs'));
  writeFileSync(join(folder, 'my.reward.ts'), '');
  assert.equal(rewardFileOf(cases), join(folder, 'my.reward.ts'));
  assert.throws(() => readCasesFile(cases), /There is no file of cases/);
  assert.throws(() => readCasesFile(join(folder, 'my.reward.ts')), /its name has to end in \.reward-cases\.json/);
});

test('the nearest experiment says how a function is called, then those of the folders above', () => {
  const root = temporaryFolder();
  const folder = join(root, 'rewards', 'maths');
  mkdirSync(folder, { recursive: true });
  const rewardFile = join(folder, 'reward.ts');
  writeFileSync(rewardFile, '');
  const above = { file: 'rewards/maths/reward.ts', function: 'correct', options: { strict: true } };
  writeExperiment(join(root, 'all.rlvr.json'), above, { ...above, function: 'far', per: 'group', timeout: 9 });
  writeExperiment(join(folder, 'b.rlvr.json'), { file: 'reward.ts', function: 'correct', options: { from: 'b' } });
  writeExperiment(join(folder, 'c.rlvr.json'), { file: './reward.ts', function: 'correct', options: { from: 'c' } });
  writeExperiment(join(folder, 'a.rlvr.json'), { file: 'other.ts', function: 'correct', options: { from: 'a' } });
  writeFileSync(join(folder, '0.rlvr.json'), '{ "model": ');

  const experiments = experimentsNaming(rewardFile, root);
  assert.deepEqual(
    experiments.map(({ path }) => path),
    [join(folder, 'b.rlvr.json'), join(folder, 'c.rlvr.json'), join(root, 'all.rlvr.json')],
  );
  const rewardOf = (name: string, isGroup = false) =>
    rewardOfCase({ function: name, isGroup }, rewardFile, experiments);
  assert.deepEqual([rewardOf('correct').config.options, rewardOf('correct').baseDir], [{ from: 'b' }, folder]);
  const { config, baseDir } = rewardOf('far');
  assert.deepEqual([config.per, config.timeout, config.file, baseDir], ['group', 9, 'rewards/maths/reward.ts', root]);
  const unnamed = rewardOf('unnamed', true);
  assert.deepEqual([unnamed.config.file, unnamed.config.per, unnamed.config.timeout], ['reward.ts', 'group', 2]);
  assert.equal(unnamed.baseDir, folder);

  const elsewhere = temporaryFolder();
  assert.deepEqual(
    experimentsNaming(rewardFile, elsewhere).map(({ path }) => path),
    [join(folder, 'b.rlvr.json'), join(folder, 'c.rlvr.json')],
    'above a file that lies elsewhere nobody looks',
  );
});

test('a reward file that is reached through a link is the same file', { skip: process.platform === 'win32' }, () => {
  const root = temporaryFolder();
  mkdirSync(join(root, 'real'));
  symlinkSync(join(root, 'real'), join(root, 'linked'));
  const rewardFile = join(root, 'real', 'reward.ts');
  writeFileSync(rewardFile, '');
  writeExperiment(join(root, 'one.rlvr.json'), { file: 'linked/reward.ts', function: 'correct' });
  assert.equal(experimentsNaming(rewardFile, root).length, 1);
});
