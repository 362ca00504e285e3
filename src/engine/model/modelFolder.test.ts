import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, realpath, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { UserError } from '../protocol/errors.ts';
import { openModelFolder, requireTensor } from './modelFolder.ts';
import { modelHash } from './modelHash.ts';
import { writeSafetensors } from './safetensorsWriter.ts';

const golden = join(import.meta.dirname, '../../../test/fixtures/golden/llama');
let scratch = '';
let folders = 0;
before(async () => {
  scratch = await realpath(await mkdtemp(join(tmpdir(), 'model-folder-')));
});
after(() => rm(scratch, { recursive: true }));

/** A copy of the golden llama folder's configuration and weights. */
async function copyOfGolden(): Promise<string> {
  const folder = join(scratch, `model-${folders++}`);
  await mkdir(folder);
  await cp(join(golden, 'config.json'), join(folder, 'config.json'));
  await cp(join(golden, 'model.safetensors'), join(folder, 'model.safetensors'));
  return folder;
}

/** A model in two shards, whose index says `weightMap`. */
async function sharded(weightMap: Record<string, string>): Promise<string> {
  const folder = await copyOfGolden();
  await rm(join(folder, 'model.safetensors'));
  for (const [shard, name] of [
    ['model-00001-of-00002.safetensors', 'a'],
    ['model-00002-of-00002.safetensors', 'b'],
  ] as const) {
    await writeSafetensors(join(folder, shard), [{ name, shape: [1], data: new Float32Array([1]) }]);
  }
  await writeFile(
    join(folder, 'model.safetensors.index.json'),
    JSON.stringify({ metadata: { total_size: 8 }, weight_map: weightMap }),
  );
  return folder;
}

test('a folder with one weight file', async () => {
  const model = await openModelFolder(golden);
  assert.equal(model.config['model_type'], 'llama');
  assert.deepEqual(model.eosTokenIds, [0]);
  assert.deepEqual(model.weightFiles, ['model.safetensors']);
  assert.equal(model.tensors.size, 21);
  const head = requireTensor(model, 'lm_head.weight', [97, 48]);
  assert.equal(head.file, await realpath(join(golden, 'model.safetensors')));
  assert.equal(head.bytes, 97 * 48 * 4);
});

test('end-of-sequence ids of both configurations', async () => {
  const folder = await copyOfGolden();
  await writeFile(join(folder, 'generation_config.json'), '{"eos_token_id": [7, 0, 3]}');
  assert.deepEqual((await openModelFolder(folder)).eosTokenIds, [0, 3, 7]);
  await writeFile(join(folder, 'generation_config.json'), '{"eos_token_id": "</s>"}');
  await assert.rejects(openModelFolder(folder), {
    name: 'UserError',
    message: /generation_config\.json: "eos_token_id"/,
  });
});

test('a folder of shards', async () => {
  const folder = await sharded({ a: 'model-00001-of-00002.safetensors', b: 'model-00002-of-00002.safetensors' });
  const { tensors, weightFiles } = await openModelFolder(folder);
  assert.deepEqual(weightFiles, ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors']);
  assert.equal(basename(tensors.get('b')?.file ?? ''), 'model-00002-of-00002.safetensors');
});

test('the hub cache: a snapshot of links is followed to the real files', async () => {
  const cache = join(scratch, 'hub');
  const snapshot = join(cache, 'snapshots', 'rev');
  await mkdir(join(cache, 'blobs'), { recursive: true });
  await mkdir(snapshot, { recursive: true });
  for (const name of ['config.json', 'model.safetensors']) {
    await cp(join(golden, name), join(cache, 'blobs', `hash-of-${name}`));
    await symlink(`../../blobs/hash-of-${name}`, join(snapshot, name));
  }
  const model = await openModelFolder(snapshot);
  assert.equal(model.tensors.get('lm_head.weight')?.file, join(cache, 'blobs', 'hash-of-model.safetensors'));
  await rm(join(cache, 'blobs', 'hash-of-model.safetensors'));
  await assert.rejects(openModelFolder(snapshot), { name: 'UserError', message: /link to a file that is missing/ });
});

test('refused: a shard outside the folder', async () => {
  for (const path of [
    '../model.safetensors',
    '/etc/x.safetensors',
    'sub/x.safetensors',
    '..\\x.safetensors',
    'c:x.safetensors',
    'x.bin',
  ]) {
    const folder = await sharded({ a: path });
    await assert.rejects(openModelFolder(folder), { name: 'UserError', message: /own folder/ }, path);
  }
});

test('a tensor that the index names and the shard lacks is named', async () => {
  const folder = await sharded({ a: 'model-00001-of-00002.safetensors', c: 'model-00002-of-00002.safetensors' });
  await assert.rejects(openModelFolder(folder), {
    name: 'SafetensorsError',
    message: /00002-of-00002\.safetensors: tensor "c" is missing/,
  });
});

test('a shard that is not there is named', async () => {
  const folder = await sharded({ a: 'model-00003-of-00003.safetensors' });
  await assert.rejects(openModelFolder(folder), {
    name: 'UserError',
    message: /model-00003-of-00003\.safetensors is missing/,
  });
});

test('a truncated file is named with tensor and expected size', async () => {
  const folder = await copyOfGolden();
  await truncate(join(folder, 'model.safetensors'), 187_000);
  await assert.rejects(openModelFolder(folder), {
    name: 'SafetensorsError',
    message: /model\.safetensors is truncated within tensor "model\.layers\.1.*": 187784 bytes are expected, 187000/,
  });
});

test('a tensor that the architecture needs: missing, or of another shape', async () => {
  const model = await openModelFolder(golden);
  assert.throws(() => requireTensor(model, 'lm_head.bias', [97]), {
    name: 'UserError',
    message: /"lm_head\.bias" of shape \[97\] \(388 bytes as F32\) is missing from model\.safetensors/,
  });
  assert.throws(() => requireTensor(model, 'lm_head.weight', [48, 97]), {
    name: 'UserError',
    message: /"lm_head\.weight" has shape \[97, 48\], config\.json asks for \[48, 97\]/,
  });
});

test('refused with the reason: weights only as a pickle', async () => {
  for (const name of ['pytorch_model.bin', 'pytorch_model.bin.index.json', 'consolidated.00.pth']) {
    const folder = await copyOfGolden();
    await rename(join(folder, 'model.safetensors'), join(folder, name));
    await assert.rejects(openModelFolder(folder), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, new RegExp(`only as ${name}.*runs whatever code it holds`));
      return true;
    });
  }
});

test('refused: no weights, no configuration, a configuration that is no object', async () => {
  const folder = await copyOfGolden();
  await rm(join(folder, 'model.safetensors'));
  await assert.rejects(openModelFolder(folder), { name: 'UserError', message: /has no weights/ });
  await writeFile(join(folder, 'config.json'), '[1]');
  await assert.rejects(openModelFolder(folder), {
    name: 'UserError',
    message: /config\.json must hold one JSON object/,
  });
  await writeFile(join(folder, 'config.json'), '{');
  await assert.rejects(openModelFolder(folder), { name: 'UserError', message: /config\.json is not valid JSON/ });
  await rm(join(folder, 'config.json'));
  await assert.rejects(openModelFolder(folder), {
    name: 'UserError',
    message: /not a model folder: it has no config\.json/,
  });
  await assert.rejects(openModelFolder(join(scratch, 'nowhere')), { name: 'UserError', message: /no model folder/ });
});

test('the hash tells contents apart, not places', async () => {
  const [one, two] = [await copyOfGolden(), await copyOfGolden()];
  const hash = async (folder: string): Promise<string> => modelHash(await openModelFolder(folder));
  const before = await hash(one);
  assert.match(before, /^[0-9a-f]{64}$/);
  assert.equal(await hash(two), before);
  const weights = await readFile(join(two, 'model.safetensors'));
  weights[weights.length - 1] = (weights.at(-1) ?? 0) ^ 1;
  await writeFile(join(two, 'model.safetensors'), weights);
  assert.notEqual(await hash(two), before);
  await writeFile(join(one, 'tokenizer.json'), '{}');
  assert.notEqual(await hash(one), before);
});

test('a configuration that would take gigabytes to parse is refused before', async () => {
  const folder = await copyOfGolden();
  const before = process.memoryUsage().heapUsed;
  for (const [text, message] of [
    ['['.repeat(2 ** 25), /nested deeper than 64/],
    [`{"a":[${'[],'.repeat(2 ** 23)}[]]}`, /more than 1000000 values/],
  ] as const) {
    await writeFile(join(folder, 'config.json'), text);
    await assert.rejects(openModelFolder(folder), { name: 'UserError', message });
  }
  assert.ok(process.memoryUsage().heapUsed - before < 200 * 2 ** 20);
});
