import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { concernsCases } from './concernsCases.ts';

const root = resolve('/home/ada/project');
const cases = resolve(root, 'rewards/correct.reward-cases.json');

test('reward code, experiments and the cases themselves concern cases; the rest does not', () => {
  const concerning = [
    'rewards/correct.ts',
    'shared/numbers.mjs',
    'gsm8k.rlvr.json',
    'rewards/correct.reward-cases.json',
  ];
  const others = [
    'rewards/other.reward-cases.json',
    'README.md',
    'train.jsonl',
    '../elsewhere/correct.ts',
    'rlvr.d.ts',
  ];
  for (const path of concerning) assert.equal(concernsCases(resolve(root, path), cases, [root]), true, path);
  for (const path of others) assert.equal(concernsCases(resolve(root, path), cases, [root]), false, path);
  assert.equal(
    concernsCases(resolve(root, 'shared/numbers.mjs'), cases, []),
    false,
    'without a folder, what lies beside',
  );
});
