/** What recomputation is for: a peak of memory, of a process of its own for each way. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const PROGRAM = join(import.meta.dirname, 'peakOfBackward.ts');

async function peak(way: 'keep' | 'recompute'): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, way]);
  return Number(stdout);
}

test('layers that are computed a second time are not kept', async () => {
  // Sixteen layers of six values, or of one and one layer's.
  const [kept, recomputed] = [await peak('keep'), await peak('recompute')];
  assert.ok(recomputed < kept / 2, `${recomputed} is not less than half of ${kept} bytes`);
});
