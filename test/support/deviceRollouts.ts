/**
 * A program that generates the same completions on the CPU and on WebGPU, twice, and writes them as JSON, with what was in the device's memory:
 * for the tests of caches on a device, whose driver is chosen by the environment of its process.
 */
import { mock } from 'node:test';
import { freshAdapter } from '../../src/engine/model/adapter.ts';
import { loadModel } from '../../src/engine/model/loadModel.ts';
import { frozenParameters } from '../../src/engine/model/parameters.ts';
import { Tokenizer } from '../../src/engine/model/tokenizer.ts';
import { DeviceTensor } from '../../src/engine/onnx/deviceTensor.ts';
import { Session, type AnyTensor } from '../../src/engine/onnx/session.ts';
import { Generator } from '../../src/engine/rollout/generator.ts';
import { PLAIN, request } from './rollout.ts';

/** What the program writes of each provider. */
interface DeviceRollouts {
  readonly completions: readonly Rollout[];
  /** Names of all outputs that came into the processor's memory from the device. */
  readonly downloaded: readonly string[];
  /** Tensors that there were on the device. */
  readonly made: number;
  /** Those of them that were not given back after each of the calls, and in the end. */
  readonly left: readonly number[];
}

interface Rollout {
  readonly tokens: readonly number[];
  readonly logprobs: readonly number[];
}

const LORA = { rank: 2, alpha: 4, dropout: 0, targets: 'all-linear', rankStabilized: false } as const;
/** Prompts of one token, of some, and of more than a capacity step. */
const PROMPTS = [[5], [8, 2, 30], Array.from({ length: 19 }, (_, index) => 3 + index)];

const runs = mock.method(Session.prototype, 'run').mock;

/** Everything that sessions have returned since this was asked last, by name. */
async function outputsSince(): Promise<[name: string, output: AnyTensor][]> {
  const outputs: Readonly<Record<string, AnyTensor>>[] = [];
  for (const { result } of runs.calls) outputs.push((await result) ?? {});
  runs.resetCalls();
  return outputs.flatMap((one) => Object.entries(one));
}

async function rollouts(folder: string, provider: string): Promise<DeviceRollouts> {
  const model = await loadModel(folder);
  const tokenizer = await Tokenizer.load(folder);
  const { layout, tensors } = freshAdapter(model.contents.linears, LORA, 0, '');
  // An adapter that does something.
  for (const { data } of tensors.values()) data.fill(0.05);
  const weights = Object.fromEntries(Array.from(tensors, ([name, { data, shape }]) => [name, { data, dims: shape }]));
  const generator = new Generator({
    architecture: model.architecture,
    parameters: frozenParameters(model.weights),
    adapter: layout,
    feeds: () => weights,
    weightsFolder: model.weightsFolder,
    tokenizer,
    eosTokenIds: tokenizer.eosTokenIds,
    providers: [provider, 'cpu'],
    threads: 1,
    seed: 7,
  });
  const [all, left, downloaded]: [Rollout[], number[], Set<string>] = [[], [], new Set()];
  const onDevice: DeviceTensor[] = [];
  const look = async (): Promise<void> => {
    for (const [name, output] of await outputsSince())
      if (output instanceof DeviceTensor) onDevice.push(output);
      else downloaded.add(name);
    left.push(onDevice.filter(({ isDisposed }) => !isDisposed).length);
  };
  // Prompts are kept from the first call for the second; rows are refilled, grow beyond a capacity step and end at different times.
  for (const keepPrompts of [true, false]) {
    const settings = { samples: 3, sampling: PLAIN, maxCompletionLength: 20, stopTokens: [12, 40], maxRows: 4 };
    const completions = await generator.generate({ ...request(PROMPTS, settings), keepPrompts });
    all.push(...completions.map(({ tokens, logprobs }) => ({ tokens: [...tokens], logprobs: [...logprobs] })));
    await look();
  }
  await generator.release();
  await look();
  return { completions: all, downloaded: [...downloaded].sort(), made: onDevice.length, left };
}

const [, , folder = ''] = process.argv;
process.stdout.write(JSON.stringify([await rollouts(folder, 'cpu'), await rollouts(folder, 'webgpu')]));
