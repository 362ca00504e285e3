/**
 * Everything that is to be known of a graphics card, in one command: `npm run bench:gpu`. Its name; each architecture against PyTorch's values
 * on it; and the speed of the engine on the card and on the CPU of the same machine.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chooseProvider, hasHalves, loopsOnDevice } from '../src/engine/onnx/providers.ts';
import { runtimeVersion } from '../src/engine/onnx/session.ts';
import { deviceNames } from '../src/engine/protocol/devices.ts';
import { UsageError, UserError } from '../src/engine/protocol/errors.ts';
import { runDoor } from './door.ts';
import { cardLines } from './gpu/card.ts';

const USAGE = `Usage: npm run bench:gpu [-- row ...] [--device NAME] [--models LIST] [--rounds N] [--tokens N]

  row ...         of npm run bench, measured on the card and on the CPU (decode-1 decode-32 rollout train step, and
                  decode-32-float16 step-float16 where the card has numbers of 16 bits)
  --device NAME   what computes (gpu): ${deviceNames.join(', ')}
  --models LIST   architectures to compare with PyTorch, with commas (all of test/fixtures/golden)
  --rounds N, --tokens N   as in npm run bench

Exit code 1 where the device does not work, a value is past its tolerance or a measurement fails.`;

const ROOT = join(import.meta.dirname, '..');
const GOLDEN = join(ROOT, 'test/fixtures/golden');
const ROWS = ['decode-1', 'decode-32', 'rollout', 'train', 'step'];
const ROWS_IN_HALVES = ['decode-32-float16', 'step-float16'];

function main(): Promise<boolean> {
  const { values, positionals } = parsed();
  const models = values.models?.split(',') ?? goldenModels();
  const unknown = models.find((model) => !goldenModels().includes(model));
  if (unknown !== undefined)
    throw new UsageError(`There is no model "${unknown}"; there are ${goldenModels().join(', ')}.`);
  const numbers = (['rounds', 'tokens'] as const).flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [`--${name}`, value];
  });
  return measure(values.device ?? 'gpu', models, positionals, numbers);
}

async function measure(
  device: string,
  models: readonly string[],
  named: readonly string[],
  numbers: readonly string[],
): Promise<boolean> {
  const { providers, failure } = await chooseProvider(device);
  const [provider = 'cpu'] = providers;
  if (failure !== null) throw new UserError(`The device "${device}" does not work here. ${failure}`);
  const halves = await hasHalves(provider);
  for (const line of cardLines()) console.log(line);
  console.log(`${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} threads`);
  console.log(`ONNX Runtime ${runtimeVersion}, ${provider}, ${halves ? 'with' : 'without'} numbers of 16 bits`);
  const verified = models.map((model) => verify(model, provider));
  const rows = named.length > 0 ? named : [...ROWS, ...(halves ? ROWS_IN_HALVES : [])];
  const measured = [...new Set([provider, 'cpu'])].map((name) => {
    console.log(`\nSpeed on ${name}`);
    return run('bench/run.ts', [...rows, '--device', name, ...numbers]);
  });
  const chunks = loopsOnDevice(providers) ? [run('bench/gpu/chunks.ts', [provider])] : [];
  return [...verified, ...measured, ...chunks].every(Boolean);
}

/** A model with all its weights trained, and with an adapter. */
function verify(model: string, device: string): boolean {
  const folder = join(GOLDEN, model);
  const adapter = join(folder, 'adapter');
  return [
    ['--reference', join(folder, 'golden.safetensors')],
    ['--adapter', adapter, '--reference', join(adapter, 'golden.safetensors')],
  ]
    .map((args) => {
      console.log(`\n${model}${args.includes('--adapter') ? ', an adapter' : ''}`);
      return run('src/engine/cli.ts', ['verify', folder, ...args, '--device', device]);
    })
    .every(Boolean);
}

function run(program: string, args: readonly string[]): boolean {
  const nodeOptions = ['--disable-warning=ExperimentalWarning'];
  return spawnSync(process.execPath, [...nodeOptions, join(ROOT, program), ...args], { stdio: 'inherit' }).status === 0;
}

function goldenModels(): string[] {
  return readdirSync(GOLDEN).filter((name) => existsSync(join(GOLDEN, name, 'golden.safetensors')));
}

function parsed() {
  const text = { type: 'string' } as const;
  const options = { device: text, models: text, rounds: text, tokens: text };
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

await runDoor(USAGE, main);
