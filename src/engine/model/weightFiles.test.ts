import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, open, readdir, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { openModelFolder } from './modelFolder.ts';
import { referenceWeights, type WeightReferences } from './weightFiles.ts';

const golden = join(import.meta.dirname, '../../../test/fixtures/golden/qwen2');
let scratch = '';
let folders = 0;
before(async () => {
  scratch = await realpath(await mkdtemp(join(tmpdir(), 'weight-files-')));
});
after(() => rm(scratch, { recursive: true }));

/** A model folder with a bfloat16 tensor of [1, -2], a float16 one of [0.5], and an attention mask that no graph uses. */
async function halfModel(): Promise<string> {
  const folder = join(scratch, `half-${folders++}`);
  await mkdir(folder);
  await cp(join(golden, 'config.json'), join(folder, 'config.json'));
  const header = JSON.stringify({
    b: { dtype: 'BF16', shape: [1, 2], data_offsets: [0, 4] },
    h: { dtype: 'F16', shape: [1], data_offsets: [4, 6] },
    mask: { dtype: 'BOOL', shape: [1], data_offsets: [6, 7] },
  });
  const bytes = Buffer.alloc(8 + header.length + 7);
  bytes.writeBigUInt64LE(BigInt(header.length));
  bytes.write(header, 8);
  [0x3f80, 0xc000, 0x3800].forEach((half, i) => bytes.writeUInt16LE(half, 8 + header.length + 2 * i));
  await writeFile(join(folder, 'model.safetensors'), bytes);
  return folder;
}

/** The values as ONNX Runtime would map them. */
async function mapped({ folder, tensors }: WeightReferences, name: string): Promise<number[]> {
  const reference = tensors.get(name);
  assert.ok(reference);
  const values = new Float32Array(reference.length / 4);
  const file = await open(join(folder, reference.file), 'r');
  await file.read(new Uint8Array(values.buffer), 0, reference.length, reference.offset);
  await file.close();
  return [...values];
}

test('float32 weights are referenced where they lie, and nothing is written', async () => {
  const model = await openModelFolder(golden);
  const cache = join(scratch, 'unused');
  const references = await referenceWeights(model, ['model.norm.weight'], cache);
  assert.equal(references.folder, await realpath(golden));
  const location = model.tensors.get('model.norm.weight');
  assert.deepEqual(references.tensors.get('model.norm.weight'), {
    file: 'model.safetensors',
    offset: location?.offset,
    length: 48 * 4,
    shape: [48],
  });
  await assert.rejects(stat(cache), { code: 'ENOENT' });
});

test('links are resolved to the folder of the real file', async () => {
  const snapshot = join(scratch, 'snapshot');
  await mkdir(snapshot);
  for (const name of ['config.json', 'model.safetensors']) await symlink(join(golden, name), join(snapshot, name));
  const { folder } = await referenceWeights(
    await openModelFolder(snapshot),
    ['model.norm.weight'],
    join(scratch, 'unused'),
  );
  assert.equal(folder, await realpath(golden));
});

test('half precision is widened once, into one file that is found again', async () => {
  const cache = join(scratch, 'cache');
  const first = await referenceWeights(await openModelFolder(await halfModel()), ['h', 'b'], cache);
  assert.equal(first.folder, cache);
  assert.deepEqual(await mapped(first, 'b'), [1, -2]);
  assert.deepEqual(await mapped(first, 'h'), [0.5]);
  assert.deepEqual(first.tensors.get('b')?.shape, [1, 2]);
  assert.equal(first.tensors.has('mask'), false);
  const names = await readdir(cache);
  assert.deepEqual(names, [first.tensors.get('b')?.file]);
  const { ino } = await stat(join(cache, basename(names[0] ?? '')));

  const again = await referenceWeights(await openModelFolder(await halfModel()), ['b', 'h', 'b'], cache);
  assert.deepEqual(new Map([...again.tensors].sort()), new Map([...first.tensors].sort()));
  assert.equal((await stat(join(cache, basename(names[0] ?? '')))).ino, ino);
});

test('other tensors of the model are other files', async () => {
  const cache = join(scratch, 'cache-subset');
  const model = await openModelFolder(await halfModel());
  await referenceWeights(model, ['b'], cache);
  await referenceWeights(model, ['h'], cache);
  assert.equal((await readdir(cache)).length, 2);
});

test('float32 shards whose real files are in several folders are brought together', async () => {
  const folder = join(scratch, 'apart');
  await mkdir(folder);
  await cp(join(golden, 'config.json'), join(folder, 'config.json'));
  const qwen = join(golden, 'model.safetensors');
  const llama = join(dirname(golden), 'llama', 'model.safetensors');
  await symlink(qwen, join(folder, 'one.safetensors'));
  await symlink(llama, join(folder, 'two.safetensors'));
  const weightMap = { 'model.norm.weight': 'one.safetensors', 'lm_head.weight': 'two.safetensors' };
  await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: weightMap }));
  const cache = join(scratch, 'cache-apart');
  const { folder: place, tensors } = await referenceWeights(
    await openModelFolder(folder),
    Object.keys(weightMap),
    cache,
  );
  assert.equal(place, cache);
  assert.deepEqual([...tensors.keys()].sort(), ['lm_head.weight', 'model.norm.weight']);
});

test('a failed conversion leaves nothing, and what a dead process left is removed', async () => {
  const cache = join(scratch, 'cache-broken');
  await mkdir(cache);
  const dead = 2 ** 22 + 1; // above the largest process id of Linux
  const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
  await writeFile(join(cache, `x.safetensors.${host}.${dead}.incomplete`), '');
  // Of another machine that shares the folder nobody here knows what runs.
  await writeFile(join(cache, `x.safetensors.00000000.${dead}.incomplete`), '');
  await writeFile(join(cache, `x.safetensors.${host}.${process.ppid}.incomplete`), '');
  const folder = await halfModel();
  const header =
    '{"b":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]},"w":{"dtype":"F8_E5M2","shape":[1],"data_offsets":[2,3]}}';
  const bytes = Buffer.alloc(8 + header.length + 3);
  bytes.writeBigUInt64LE(BigInt(header.length));
  bytes.write(header, 8);
  await writeFile(join(folder, 'model.safetensors'), bytes);
  const model = await openModelFolder(folder);
  await assert.rejects(referenceWeights(model, ['b', 'w'], cache), {
    name: 'SafetensorsError',
    message: /"w" has dtype F8_E5M2/,
  });
  assert.deepEqual(
    (await readdir(cache)).toSorted(),
    [`x.safetensors.00000000.${dead}.incomplete`, `x.safetensors.${host}.${process.ppid}.incomplete`].toSorted(),
  );
});

test('a name that the model lacks is a mistake of the caller', async () => {
  await assert.rejects(referenceWeights(await openModelFolder(golden), ['nothing'], scratch), {
    name: 'RangeError',
    message: /"nothing"/,
  });
});
