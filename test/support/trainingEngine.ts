/**
 * An engine to be killed: `train <experiment> <runs folder> [step]` or `resume <run folder>`. Sends every event to its parent, and the id
 * of its compute process as soon as there is one. With a step, `edited.ts` takes the place of `rewards.ts` before it.
 */
import { copyFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mock } from 'node:test';
import { ComputeClient } from '../../src/engine/compute/client.ts';
import type { EngineContext, SwapRewards } from '../../src/engine/trainer/engineContext.ts';
import { resumeRun, trainExperiment } from '../../src/engine/trainer/engine.ts';
import type { EngineMessage } from './engineProcess.ts';

const requests = mock.method(ComputeClient.prototype, 'request');

function send(message: EngineMessage): void {
  process.send?.(message);
}

function computePid(): number | null {
  const client: unknown = requests.mock.calls.at(-1)?.this;
  return client instanceof ComputeClient ? (client.pid ?? null) : null;
}

const [door, path = '', runsDir = '', swapAt] = process.argv.slice(2);
let swap: SwapRewards | null = null;
let steps = 0;

const context: EngineContext = {
  emit: (event) => {
    send({ event, computePid: computePid() });
  },
  signal: new AbortController().signal,
  offerSwap: (offered) => (swap = offered),
  beforeStep: async () => {
    if (String(++steps) !== swapAt) return;
    copyFileSync(join(dirname(path), 'edited.ts'), join(dirname(path), 'rewards.ts'));
    await swap?.();
  },
};

try {
  const outcome =
    door === 'train'
      ? await trainExperiment({ experimentPath: path, overrides: [], runsDir }, context)
      : await resumeRun(path, context);
  send({ outcome });
} catch (error) {
  send({ error: error instanceof Error ? error.message : String(error) });
}
// Nothing else holds it: the channel to the parent would.
process.disconnect();
