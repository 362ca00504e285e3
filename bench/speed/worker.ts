/**
 * Our side of a benchmark, as a process of its own: `node worker.ts <work> <assets> <options as JSON>`. Loads, does the work once to warm
 * up, says that it is ready and what computes, and then does it once for every line that it reads, answering with a line of
 * measurements. The end of its input is its end. `../peers/worker.py` keeps to the same.
 */
import { createInterface } from 'node:readline';
import { chooseProvider } from '../../src/engine/onnx/providers.ts';
import { optionsSchema, type WorkerOptions } from './options.ts';
import type { Work } from './measurement.ts';
import type { WorkName } from './ourWorker.ts';
import { openDecode } from './works/decode.ts';
import { openMachine } from './works/machine.ts';
import { openRollout } from './works/rollout.ts';
import { openStep } from './works/step.ts';
import { openTrain } from './works/train.ts';

const WORKS: Readonly<Record<WorkName, (assets: string, options: WorkerOptions) => Promise<Work>>> = {
  machine: (_, options) => openMachine(options),
  decode: openDecode,
  rollout: openRollout,
  train: openTrain,
  step: openStep,
};

const [name = '', assets = '', options = '{}'] = process.argv.slice(2);
if (!isWork(name)) throw new Error(`there is no work "${name}"; there are ${Object.keys(WORKS).join(', ')}`);
const given = optionsSchema.parse(JSON.parse(options));
// The CPU in place of a device would be measured in its name.
const { providers, failure } = await chooseProvider(given.device);
if (failure !== null) throw new Error(`the device "${given.device}" does not work: ${failure}`);
const work = await WORKS[name](assets, given);
await work.run();
console.log(JSON.stringify({ ready: true, device: providers[0] ?? 'cpu' }));
for await (const line of createInterface(process.stdin))
  if (line !== '') console.log(JSON.stringify({ measurements: await work.run() }));
await work.close();

function isWork(word: string): word is WorkName {
  return Object.hasOwn(WORKS, word);
}
