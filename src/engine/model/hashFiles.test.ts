import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/run/samples.ts';
import { hashFiles } from './hashFiles.ts';

/** More than two of the pieces that are read at once, and no multiple of one. */
const LARGE_BYTES = 5_000_003;

test('name, size and every byte of each file that exists, by name', async () => {
  const folder = temporaryFolder();
  const large = Uint8Array.from({ length: LARGE_BYTES }, (_, index) => (index * 2654435761) >>> 24);
  writeFileSync(join(folder, 'b.safetensors'), large);
  writeFileSync(join(folder, 'a.json'), '{}');
  writeFileSync(join(folder, 'empty'), '');
  const expected = createHash('sha256')
    .update('"a.json" 2\n{}')
    .update(`"b.safetensors" ${LARGE_BYTES}\n`)
    .update(large)
    .update('"empty" 0\n')
    .digest('hex');
  assert.equal(await hashFiles(folder, ['empty', 'b.safetensors', 'missing', 'a.json']), expected);
});
