import assert from 'node:assert/strict';
import { readdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/run/samples.ts';
import { hashFiles } from './hashFiles.ts';
import { knownHash } from './knownHash.ts';

const NAMES = ['config.json', 'model.safetensors', 'not there'];
const OTHER = '0'.repeat(64);

interface Place {
  readonly folder: string;
  readonly weights: string;
  /** Where hashes are kept. */
  readonly kept: string;
  readonly hash: (changes?: object) => Promise<string>;
  /** Puts another hash in the place of the one that is kept: it is told from then on, unless the files are read. */
  readonly forge: () => void;
}

function place(): Place {
  const folder = temporaryFolder();
  const kept = join(temporaryFolder(), 'hashes');
  const weights = join(folder, 'model.safetensors');
  writeFileSync(join(folder, 'config.json'), '{}');
  writeFileSync(weights, 'weights');
  return {
    ...{ folder, weights, kept },
    // Whatever the clock says, these files are old enough.
    hash: (changes = {}) =>
      knownHash(folder, NAMES, { folder: kept, leastBytes: 1, settledMs: -3_600_000, ...changes }),
    forge: () => {
      const [file = assert.fail('a hash is kept')] = readdirSync(kept);
      const text = readFileSync(join(kept, file), 'utf8');
      writeFileSync(join(kept, file), text.replace(/"hash":"\w+"/, `"hash":"${OTHER}"`));
    },
  };
}

test('files that are as they were are not read again', async () => {
  const { folder, kept, hash, forge } = place();
  const read = await hashFiles(folder, NAMES);
  assert.equal(await hash(), read);
  assert.equal(readdirSync(kept).length, 1);
  forge();
  assert.equal(await hash(), OTHER);
  writeFileSync(join(kept, readdirSync(kept)[0] ?? ''), 'damaged');
  assert.equal(await hash(), read);
});

test('what was changed is read, though its size and time are those of before', async () => {
  const { folder, weights, kept, hash, forge } = place();
  await hash();
  forge();
  const { atime, mtime } = statSync(weights);
  writeFileSync(weights, 'WEIGHTS');
  utimesSync(weights, atime, mtime);
  assert.equal(await hash(), await hashFiles(folder, NAMES));
  forge();
  writeFileSync(join(folder, 'another'), 'WEIGHTS');
  utimesSync(join(folder, 'another'), atime, mtime);
  renameSync(join(folder, 'another'), weights);
  assert.equal(await hash(), await hashFiles(folder, NAMES));
  forge();
  writeFileSync(join(folder, 'not there'), '');
  assert.equal(await hash(), await hashFiles(folder, NAMES));
  assert.equal(readdirSync(kept).length, 1, 'one for a model, whatever becomes of it');
});

test('nothing is kept of what is small, of what was changed just now, or where nothing can be written', async () => {
  const { folder, kept, hash } = place();
  const read = await hashFiles(folder, NAMES);
  assert.equal(await hash({ leastBytes: 1000 }), read);
  assert.equal(await hash({ settledMs: 3_600_000 }), read);
  assert.throws(() => readdirSync(kept), { code: 'ENOENT' });
  assert.equal(await hash({ folder: join(folder, 'config.json', 'hashes') }), read);
});
