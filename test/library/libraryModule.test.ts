/** The module `rlvr` in bundled rewards: what is used of it is there, and in the hash. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bundleReward, type RewardModule } from '../../src/engine/reward/bundle.ts';
import { LIBRARY_IDENTITY } from '../../src/engine/reward/libraryModule.ts';
import { collectSources } from '../../src/engine/reward/rewardSources.ts';
import { temporaryFolder } from '../reward/support.ts';

const folder = temporaryFolder();
const librarySource = join(import.meta.dirname, '../../src/library/numbers.ts');

/** A reward file in a folder of its own, bundled. */
async function bundle(name: string, text: string): Promise<RewardModule> {
  const file = join(folder, name, 'reward.ts');
  mkdirSync(join(folder, name));
  writeFileSync(file, text);
  return bundleReward(file, { outDir: join(folder, 'out') });
}

const bytes = (module: RewardModule): string => {
  // The source map has the whole sources.
  const [code = ''] = readFileSync(module.path, 'utf8').split('//# sourceMappingURL');
  return code;
};

test('only the parts that are used come along', async () => {
  const numbers = await bundle(
    'numbers',
    `import { sameNumber } from 'rlvr'; export const f = () => sameNumber('1', '1.0');`,
  );
  assert.match(bytes(numbers), /sameNumber/);
  assert.match(bytes(numbers), /Fraction/);
  assert.doesNotMatch(bytes(numbers), /Validator|\\boxed/);
  const rules = await bundle(
    'rules',
    `import { goldAnswer } from 'rlvr'; export const f = () => goldAnswer('#### 1');`,
  );
  assert.doesNotMatch(bytes(rules), /Validator|Fraction/);
});

test('its files are not the sources of a reward', async () => {
  const { sources } = await bundle('sources', `import { sameNumber } from 'rlvr'; export const f = sameNumber;`);
  assert.deepEqual(
    sources.map(({ name }) => name),
    ['reward.ts'],
  );
});

test('its version is in the hash of a reward that uses it, as that of a package is', async () => {
  const entry = join(folder, 'a.ts');
  const own = new Map([[entry, Buffer.from('own')]]);
  assert.deepEqual((await collectSources(entry, own)).packages, []);
  const used = await collectSources(entry, new Map([...own, [librarySource, Buffer.from('library')]]));
  assert.deepEqual(used.packages, [LIBRARY_IDENTITY]);
  assert.match(LIBRARY_IDENTITY, /^rlvr@\d+$/);
});

test('what it does not have is said at the line', async () => {
  await assert.rejects(bundle('missing', `import { sameNumbers } from 'rlvr';\nexport const f = sameNumbers;`), {
    name: 'UserError',
    message: /reward\.ts:1:\d+: No matching export .* "sameNumbers"/s,
  });
});
