import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { rewardFilesOf } from './rewardFilesOf.ts';

const experimentPath = resolve('/project/a.rlvr.json');

test('reward files and what they import, each once', () => {
  const rewards = [
    { file: 'lib/reward.ts', kept: 'rewards/0-abc/lib/reward.ts' },
    { file: 'lib/reward.ts', kept: 'rewards/0-abc/lib/reward.ts' },
    { file: 'other.ts', kept: 'rewards/1/other.ts' },
    { file: null, kept: null },
  ];
  const kept = ['rewards/0-abc/lib/reward.ts', 'rewards/1/other.ts', 'rewards/0-abc/shared/parse.ts'];
  assert.deepEqual(
    rewardFilesOf({ experimentPath, rewards }, kept),
    ['lib/reward.ts', 'shared/parse.ts', 'other.ts'].map((file) => resolve('/project', file)),
  );
});

test('a run that keeps none, or another, still has its reward file', () => {
  const one = [resolve('/project/reward.ts')];
  assert.deepEqual(rewardFilesOf({ experimentPath, rewards: [{ file: 'reward.ts', kept: null }] }, []), one);
  const moved = [{ file: 'reward.ts', kept: 'rewards/0/elsewhere.ts' }];
  assert.deepEqual(rewardFilesOf({ experimentPath, rewards: moved }, ['rewards/0/elsewhere.ts']), one);
});
