import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DamagedRunError } from './errors.ts';
import { MICRO_BATCHES_FILE } from './layout.ts';
import { lowerMicroBatch, readMicroBatches } from './microBatches.ts';

test('a micro-batch is smaller from the step on at which memory ran out, and never larger again', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'rlvr-micro-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  assert.equal(readMicroBatches(dir)(1), Infinity);
  lowerMicroBatch(dir, 5, 8);
  lowerMicroBatch(dir, 9, 2);
  // Computed again from an older state.
  lowerMicroBatch(dir, 7, 4);
  const at = readMicroBatches(dir);
  assert.deepEqual([4, 5, 6, 7, 8, 9, 100].map(at), [Infinity, 8, 8, 4, 4, 2, 2]);

  for (const text of ['[', '[{ "fromStep": 1 }]', '[{ "fromStep": 1, "rows": 0 }]']) {
    writeFileSync(join(dir, MICRO_BATCHES_FILE), text);
    assert.throws(() => readMicroBatches(dir), DamagedRunError);
  }
});
