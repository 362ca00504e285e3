import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { loraScaling, type AdapterConfig } from './adapterConfig.ts';
import { isJsonObject, type JsonObject } from './jsonFile.ts';
import { readAdapter, writeAdapter } from './peft.ts';
import { writeSafetensors } from './safetensorsWriter.ts';

const golden = join(import.meta.dirname, '../../../test/fixtures/golden');
let scratch = '';
let folders = 0;
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'peft-'));
});
after(() => rm(scratch, { recursive: true }));

async function configOf(folder: string): Promise<JsonObject> {
  const json: unknown = JSON.parse(await readFile(join(folder, 'adapter_config.json'), 'utf8'));
  assert.ok(isJsonObject(json));
  return json;
}

/** A copy of GPT-2's golden adapter with other keys in its configuration. */
async function changed(keys: JsonObject): Promise<string> {
  const folder = join(scratch, `changed-${folders++}`);
  await cp(join(golden, 'gpt2', 'adapter'), folder, { recursive: true });
  await writeFile(join(folder, 'adapter_config.json'), JSON.stringify({ ...(await configOf(folder)), ...keys }));
  return folder;
}

/** A folder with a plain configuration of rank 2 and these tensors. */
async function withTensors(tensors: Record<string, number[]>): Promise<string> {
  const folder = await changed({ r: 2 });
  await rm(join(folder, 'adapter_model.safetensors'));
  await writeSafetensors(
    join(folder, 'adapter_model.safetensors'),
    Object.entries(tensors).map(([name, shape]) => ({
      name,
      shape,
      data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
    })),
  );
  return folder;
}

test('an adapter that PEFT wrote', async () => {
  const { config, modules } = await readAdapter(join(golden, 'gpt2', 'adapter'));
  const expected: AdapterConfig = {
    rank: 4,
    alpha: 8,
    dropout: 0,
    rankStabilized: false,
    fanInFanOut: true,
    targets: ['c_proj', 'c_fc', 'c_attn'],
    baseModel: 'gpt2',
    revision: null,
  };
  assert.deepEqual(config, expected);
  assert.equal(loraScaling(config), 2);
  assert.equal(loraScaling({ ...config, rankStabilized: true }), 4);
  assert.equal(modules.size, 8);
  assert.equal(modules.get('transformer.h.1.mlp.c_fc')?.a.length, 4 * 48);
  assert.equal(modules.get('transformer.h.1.mlp.c_fc')?.b.length, 192 * 4);
});

for (const name of ['gpt2', 'llama', 'llama3-rope-scaling', 'qwen2']) {
  test(`${name}: what is written has the bytes that PEFT writes, and every key says what PEFT's says`, async () => {
    const source = join(golden, name, 'adapter');
    const folder = join(scratch, name);
    const adapter = await readAdapter(source);
    const bytes = await writeAdapter(folder, adapter);
    const weights = await readFile(join(folder, 'adapter_model.safetensors'));
    assert.equal(bytes, weights.length);
    assert.deepEqual(weights, await readFile(join(source, 'adapter_model.safetensors')));
    const original = await configOf(source);
    const written = await configOf(folder);
    assert.deepEqual(written, Object.fromEntries(Object.keys(written).map((key) => [key, original[key]])));
    assert.deepEqual(await readAdapter(folder), adapter);
  });
}

test('without targets the modules are named in full', async () => {
  const adapter = await readAdapter(join(golden, 'gpt2', 'adapter'));
  const folder = join(scratch, 'full-names');
  await writeAdapter(folder, { ...adapter, config: { ...adapter.config, targets: null } });
  assert.deepEqual((await configOf(folder))['target_modules'], [...adapter.modules.keys()].sort());
});

const refused: JsonObject[] = [
  { use_dora: true },
  { bias: 'lora_only' },
  { lora_bias: true },
  { modules_to_save: ['lm_head'] },
  { rank_pattern: { c_attn: 8 } },
  { alpha_pattern: { c_attn: 8 } },
  { init_lora_weights: 'pissa' },
  { layer_replication: [[0, 2]] },
  { trainable_token_indices: [1] },
  { target_parameters: ['w'] },
  { use_something_of_a_later_version: true },
  { toString: 'x' },
];
for (const keys of refused) {
  test(`refused by name: ${JSON.stringify(keys)}`, async () => {
    const [key = ''] = Object.keys(keys);
    await assert.rejects(readAdapter(await changed(keys)), {
      name: 'UserError',
      message: new RegExp(`"${key}" is .*not supported`),
    });
  });
}

test('keys that change nothing are accepted', async () => {
  const adapter = await readAdapter(
    await changed({
      init_lora_weights: 'gaussian',
      peft_version: '9.0.0',
      layers_to_transform: [0, 1],
      target_modules: 'all-linear',
      use_rslora: true,
      lora_dropout: 0.1,
      some_new_key: null,
      loftq_config: {},
    }),
  );
  assert.equal(adapter.config.targets, null);
  assert.equal(adapter.config.rankStabilized, true);
  assert.equal(adapter.config.dropout, 0.1);
});

test('refused: another kind of adapter, a rank that is none', async () => {
  await assert.rejects(readAdapter(await changed({ peft_type: 'IA3' })), { name: 'UserError', message: /peft_type/ });
  await assert.rejects(readAdapter(await changed({ r: 0 })), { name: 'UserError', message: /r: / });
});

test('refused: tensors that are not A and B of each module in the configured rank', async () => {
  const a = 'base_model.model.x.lora_A.weight';
  const b = 'base_model.model.x.lora_B.weight';
  const cases: [Record<string, number[]>, RegExp][] = [
    [{ [a]: [2, 3] }, /"x" has lora_A only/],
    [{ [b]: [3, 2] }, /"x" has lora_B only/],
    [{ [a]: [3, 3], [b]: [3, 3] }, /x\.lora_A\.weight" has shape \[3, 3\], expected is \[2, in\]/],
    [{ [a]: [2, 3], [b]: [2, 3] }, /x\.lora_B\.weight" has shape \[2, 3\], expected is \[out, 2\]/],
    [{ [a]: [2, 3, 1], [b]: [2, 3] }, /has shape \[2, 3, 1\]/],
    [{ 'base_model.model.x.lora_embedding_A': [2, 3] }, /lora_embedding_A" is not part/],
    [{ 'base_model.model.lm_head.weight': [2, 3] }, /lm_head\.weight" is not part/],
  ];
  for (const [tensors, message] of cases) {
    await assert.rejects(readAdapter(await withTensors(tensors)), { name: 'SafetensorsError', message });
  }
});

test('a missing file is named, a pickled one with the reason', async () => {
  const folder = await changed({});
  await rm(join(folder, 'adapter_model.safetensors'));
  await assert.rejects(readAdapter(folder), {
    name: 'UserError',
    message: /adapter_model\.safetensors is missing.*pickle/,
  });
  await rm(join(folder, 'adapter_config.json'));
  await assert.rejects(readAdapter(folder), { name: 'UserError', message: /no adapter_config\.json/ });
});

test('a matrix that is not a multiple of the rank is a mistake of the caller', async () => {
  const { config } = await readAdapter(join(golden, 'gpt2', 'adapter'));
  const modules = new Map([['x', { a: new Float32Array(6), b: new Float32Array(4) }]]);
  await assert.rejects(writeAdapter(join(scratch, 'odd'), { config, modules }), {
    name: 'RangeError',
    message: /lora_A/,
  });
});
