/** What the compute process could not write is told with the system's own word for it, so that a full disk is one wherever it is met. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ComputeClient } from '../../src/engine/compute/client.ts';
import { temporaryFolder } from '../run/samples.ts';

test('a policy that cannot be saved fails with the code of the system', async (context) => {
  const compute = new ComputeClient();
  context.after(() => compute.kill());
  await compute.request({
    kind: 'load',
    model: join(import.meta.dirname, '../fixtures/stories260K'),
    lora: { rank: 2, alpha: 4, dropout: 0, targets: 'all-linear', rankStabilized: false, base: 'float32' },
    rolloutWeights: 'float32',
    state: null,
    seed: 0,
    device: 'cpu',
    threads: 1,
  });
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  const saved = compute.request({ kind: 'save', folder: join(file, 'state') });
  await assert.rejects(saved, { name: 'Error', code: 'ENOTDIR', message: /^The compute process failed: ENOTDIR/ });
});
