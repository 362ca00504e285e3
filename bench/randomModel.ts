/** Models with random weights in the shapes of real ones: what a benchmark measures does not depend on the values. */
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { inspectArchitecture } from '../src/engine/model/inspect.ts';
import { CONFIG_FILE, WEIGHTS_FILE } from '../src/engine/model/modelFolder.ts';
import { architectureOf } from '../src/engine/model/registry.ts';
import { writeSafetensors } from '../src/engine/model/safetensorsWriter.ts';
import { uniforms } from '../src/engine/random/keyed.ts';

export type ModelConfig = Readonly<Record<string, unknown>>;

/** GPT-2 124M. */
export const GPT2_CONFIG: ModelConfig = {
  model_type: 'gpt2',
  vocab_size: 50257,
  n_positions: 1024,
  n_embd: 768,
  n_layer: 12,
  n_head: 12,
  eos_token_id: 50256,
};

/** The built-in demo's. */
export const DEMO_CONFIG: ModelConfig = {
  model_type: 'gpt2',
  vocab_size: 188,
  n_positions: 64,
  n_embd: 96,
  n_layer: 2,
  n_head: 4,
  eos_token_id: 1,
};

export const GPT2_TOKENIZER = join(import.meta.dirname, '../test/fixtures/tokenizers/gpt2');

/** Random numbers that are drawn once and then repeated: 124 million would take half a minute. */
const DISTINCT_VALUES = 2 ** 16;

/** How the weights are stored: bfloat16 as most models of the hub. */
export type StoredAs = 'F32' | 'BF16';

/** Calls `use` with a model folder of this configuration, in a folder of its own that is removed afterwards. */
export async function withRandomModel<T>(
  config: ModelConfig,
  use: (folder: string) => Promise<T>,
  dtype: StoredAs = 'F32',
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'random-model-'));
  try {
    await writeFile(join(folder, CONFIG_FILE), JSON.stringify(config));
    const next = uniforms(0, 'init');
    // GPT-2's initialisation has a standard deviation of 0.02.
    const values = Float32Array.from({ length: DISTINCT_VALUES }, () => (next() - 0.5) * 0.02 * Math.sqrt(12));
    const stored = dtype === 'F32' ? values : bfloat16(values);
    const { parameters } = inspectArchitecture(architectureOf(config));
    const tensors = Array.from(parameters, ([name, shape]) => ({
      ...{ name, shape, dtype },
      data: () => repeated(stored, shape),
    }));
    await writeSafetensors(join(folder, WEIGHTS_FILE), tensors);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The same of GPT-2's shape, with GPT-2's own tokenizer in the folder. */
export function withRandomGpt2<T>(use: (folder: string) => Promise<T>): Promise<T> {
  return withRandomModel(GPT2_CONFIG, async (folder) => {
    const tokenizer = gunzipSync(await readFile(join(GPT2_TOKENIZER, 'tokenizer.json.gz')));
    await writeFile(join(folder, 'tokenizer.json'), tokenizer);
    await copyFile(join(GPT2_TOKENIZER, 'tokenizer_config.json'), join(folder, 'tokenizer_config.json'));
    return use(folder);
  });
}

/** The upper halves of float32 numbers, as bits. */
function bfloat16(values: Float32Array): Uint16Array {
  return Uint16Array.from(new Uint32Array(values.buffer, values.byteOffset, values.length), (bits) => bits >>> 16);
}

function repeated<Values extends Float32Array | Uint16Array>(values: Values, shape: readonly number[]): Values;
function repeated(values: Float32Array | Uint16Array, shape: readonly number[]): Float32Array | Uint16Array {
  const length = shape.reduce((product, size) => product * size, 1);
  const data = values instanceof Float32Array ? new Float32Array(length) : new Uint16Array(length);
  for (let start = 0; start < data.length; start += values.length)
    data.set(values.subarray(0, Math.min(values.length, data.length - start)), start);
  return data;
}
