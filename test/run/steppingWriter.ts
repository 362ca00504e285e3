/**
 * A stand-in for training, for the crash test: 50 steps, each a function of the state after the one before; state is saved after
 * every third step, so that resuming recomputes some. Continues the run named by its argument where it can.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pruneSaved, saveFolder } from '../../src/engine/run/checkpoints.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { experiment, manifest, stepRecord } from './samples.ts';

const STEPS = 50;
const [dir = ''] = process.argv.slice(2);
const writer = existsSync(dir) ? RunWriter.open(dir) : RunWriter.create(dir, manifest, experiment);
mkdirSync(join(dir, 'state'), { recursive: true });
const from = writer.resumePoint();
let chain = from === null ? 1 : Number(readFileSync(join(dir, from.state, 'a'), 'utf8'));
writer.rewind(from?.step ?? -1);
process.send?.('open');

for (let step = (from?.step ?? -1) + 1; step <= STEPS; step++) {
  chain = (chain * 48_271 + step) % 2_147_483_647;
  const recorded = writer.recordedStep(step);
  const state =
    step % 3 === 0
      ? await saveFolder(dir, 'state', step, async (folder) => {
          mkdirSync(folder);
          for (const name of ['a', 'b']) writeFileSync(join(folder, name), String(chain));
          await Promise.resolve();
        })
      : null;
  const record = stepRecord(step, state);
  for (const completion of record.completions) {
    const before = recorded.find(completion.purpose, completion.split, completion.key);
    if (before !== undefined) assert.deepEqual(before, completion);
  }
  writer.writeStep({ ...record, metrics: { ...record.metrics, chain } });
  pruneSaved(dir, 'state', 2);
  // Waits until it is on its way, so that the parent counts steps as they happen.
  await new Promise((resolve) => process.send?.(step, resolve));
}
writer.setStatus('finished');
writer.close();
process.disconnect();
