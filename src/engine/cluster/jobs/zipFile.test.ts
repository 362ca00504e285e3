import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readZip } from '../../../../test/support/unzip.ts';
import { zipped } from './zipFile.ts';

const files = [
  { path: 'b/prögram', contents: Buffer.from('#!/bin/sh\n'), executable: true },
  { path: 'a.txt', contents: Buffer.from('a'.repeat(100_000)), executable: false },
  { path: 'empty', contents: Buffer.alloc(0), executable: false },
];

test('another program reads what was zipped, with names and modes', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rlvr-zip-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'x.zip'), await zipped(files));
  const read = await readZip(join(folder, 'x.zip'));
  assert.deepEqual(
    read.map(({ name, mode, contents }) => [name, mode, contents.toString()]),
    [
      ['a.txt', 0o644, 'a'.repeat(100_000)],
      ['b/prögram', 0o755, '#!/bin/sh\n'],
      ['empty', 0o644, ''],
    ],
  );
});

test('the same files are the same bytes, in whichever order they are given', async () => {
  assert.deepEqual(await zipped(files.toReversed()), await zipped(files));
});
