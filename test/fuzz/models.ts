/** Folders of models and adapters. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { architectureOf } from '../../src/engine/model/registry.ts';
import { openModelFolder, readIndex } from '../../src/engine/model/modelFolder.ts';
import { readAdapter } from '../../src/engine/model/peft.ts';
import { temporaryFolder } from '../run/samples.ts';
import { fuzzed, type FuzzedParser } from './fuzzed.ts';
import { asText, mutatedBytes, mutatedJson, mutatedText } from './mutations.ts';

const golden = join(import.meta.dirname, '../fixtures/golden');
const read = (path: string): Buffer => readFileSync(join(golden, path));
const GENERATION = '{"bos_token_id": 1, "eos_token_id": [0, 2], "max_length": 48, "temperature": 0.6}';
const SHARDS = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
const INDEX = JSON.stringify({
  metadata: { total_size: 8 },
  weight_map: { 'model.embed_tokens.weight': SHARDS[0], 'lm_head.weight': SHARDS[1] },
});
const WEIGHTS = read('llama/adapter/adapter_model.safetensors');
const CONFIGS = ['llama', 'gpt2', 'gemma3', 'llama3-rope-scaling'].map((name) =>
  read(`${name}/config.json`).toString(),
);

/** A text that is changed as text and as what it says. */
const jsonText = (valid: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    mutatedText(valid),
    asText(mutatedJson(fc.constantFrom(...valid.map((text) => JSON.parse(text) as unknown)))),
  );

/** Names of shards that lead elsewhere, or to what no shard is. */
const shardName = fc.oneof(
  fc.constantFrom(...SHARDS),
  fc.constantFrom(
    '../model.safetensors',
    '/etc/passwd',
    '..\\x.safetensors',
    'C:x.safetensors',
    'a\0.safetensors',
    '.safetensors',
    '..safetensors',
    `${'x'.repeat(5000)}.safetensors`,
  ),
  fc.string({ unit: 'binary', maxLength: 8 }).map((text) => `${text}.safetensors`),
);
const indexOfShards = fc
  .dictionary(fc.oneof(fc.constantFrom('__proto__', 'lm_head.weight'), fc.string({ maxLength: 4 })), shardName, {
    maxKeys: 3,
    noNullPrototype: false,
  })
  .map((map) => JSON.stringify({ weight_map: map }));

/** A folder that is written anew with these files. */
function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = join(root, 'model');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, contents] of Object.entries(files)) writeFileSync(join(folder, name), contents);
  return folder;
}
const root = temporaryFolder();

export const models: readonly FuzzedParser[] = [
  fuzzed({
    name: 'config.json and generation_config.json of models',
    inputs: fc.record({ config: jsonText(CONFIGS), generation: jsonText([GENERATION]) }),
    parse: async ({ config, generation }) => {
      const files = { 'config.json': config, 'generation_config.json': generation, 'model.safetensors': WEIGHTS };
      const folder = await openModelFolder(folderOf(files));
      return architectureOf(folder.config).contextLength;
    },
    errors: [UserError],
  }),
  fuzzed({
    name: 'lists of the weight files of a model',
    inputs: fc.oneof(jsonText([INDEX]), indexOfShards),
    parse: async (index) => {
      const folder = folderOf({ 'config.json': '{}', 'model.safetensors.index.json': index });
      for (const shard of SHARDS) writeFileSync(join(folder, shard), WEIGHTS);
      const names = [...(await readIndex(folder)).keys()];
      await openModelFolder(folder).catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
      });
      // Nothing that `join` would take out of the folder.
      return names.every((name) => join(folder, name) === `${folder}/${name}` || process.platform === 'win32');
    },
    errors: [UserError],
  }),
  fuzzed({
    name: 'adapters',
    inputs: fc.record({
      config: fc.oneof(
        { weight: 1, arbitrary: fc.constant(read('llama/adapter/adapter_config.json').toString()) },
        { weight: 2, arbitrary: jsonText([read('llama/adapter/adapter_config.json').toString()]) },
      ),
      weights: fc.oneof(fc.constant(WEIGHTS), mutatedBytes([WEIGHTS, WEIGHTS.subarray(0, 900)])),
    }),
    parse: ({ config, weights }) =>
      readAdapter(folderOf({ 'adapter_config.json': config, 'adapter_model.safetensors': weights })),
    errors: [UserError],
  }),
];
