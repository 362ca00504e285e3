import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeModelFolder } from './hfExport.ts';
import { openModelFolder } from './modelFolder.ts';
import { readSafetensors } from './tensorData.ts';
import { Tokenizer } from './tokenizer.ts';

const fixtures = join(import.meta.dirname, '../../../test/fixtures');
let scratch = '';
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'hf-export-'));
});
after(() => rm(scratch, { recursive: true }));

/** A model's own weights, as new ones. */
async function weightsOf(folder: string): Promise<Map<string, Float32Array | (() => Promise<Float32Array>)>> {
  const tensors = await readSafetensors(join(folder, 'model.safetensors'));
  return new Map(Array.from(tensors, ([name, { data }]) => [name, data]));
}

test('an unchanged model comes out with the bytes it came with', async () => {
  const source = join(fixtures, 'golden', 'qwen2');
  const folder = join(scratch, 'unchanged');
  const bytes = await writeModelFolder(await openModelFolder(source), folder, await weightsOf(source));
  assert.deepEqual(await readdir(folder), ['config.json', 'model.safetensors']);
  const weights = await readFile(join(folder, 'model.safetensors'));
  assert.equal(bytes, weights.length);
  for (const name of ['config.json', 'model.safetensors'])
    assert.ok((await readFile(join(folder, name))).equals(await readFile(join(source, name))), name);
});

test('new weights take their places; tokenizer and generation settings come along', async () => {
  const source = await openModelFolder(join(fixtures, 'stories260K'));
  const folder = join(scratch, 'trained');
  const norm = new Float32Array(64).fill(0.5);
  const weights = await weightsOf(source.path);
  await writeModelFolder(source, folder, new Map([...weights, ['model.norm.weight', () => Promise.resolve(norm)]]));
  const before = await readSafetensors(join(source.path, 'model.safetensors'));
  const written = await readSafetensors(join(folder, 'model.safetensors'));
  assert.deepEqual([...written.keys()], [...before.keys()]);
  assert.deepEqual(written.get('model.norm.weight')?.data, norm);
  assert.deepEqual(written.get('model.embed_tokens.weight'), before.get('model.embed_tokens.weight'));
  const model = await openModelFolder(folder);
  assert.deepEqual(model.eosTokenIds, [2]);
  assert.equal((await Tokenizer.load(folder)).vocabularySize, 512);
});

test('half precision becomes float32, in the configuration too, whose other text stays; what has no new value is left out', async () => {
  const half = join(scratch, 'half');
  await mkdir(half);
  const config = '{\n  "model_type": "llama",\n  "rope_theta": 10000.0,\n  "torch_dtype": "bfloat16"\n}\n';
  await writeFile(join(half, 'config.json'), config);
  const header = JSON.stringify({
    mask: { dtype: 'BOOL', shape: [2], data_offsets: [0, 2] },
    w: { dtype: 'BF16', shape: [1], data_offsets: [2, 4] },
  });
  const bytes = Buffer.alloc(8 + header.length + 4);
  bytes.writeBigUInt64LE(BigInt(header.length));
  bytes.write(header, 8);
  bytes.writeUInt16LE(0x3f80, bytes.length - 2);
  await writeFile(join(half, 'model.safetensors'), bytes);
  const folder = join(scratch, 'widened');
  await writeModelFolder(await openModelFolder(half), folder, new Map([['w', Float32Array.of(1)]]));
  assert.equal(await readFile(join(folder, 'config.json'), 'utf8'), config.replace('bfloat16', 'float32'));
  const written = await readSafetensors(join(folder, 'model.safetensors'));
  assert.deepEqual(
    [...written].map(([name, { data }]) => [name, ...data]),
    [['w', 1]],
  );
});

test('a weight that the model does not have, or of another size, is a mistake of the caller', async () => {
  const source = await openModelFolder(join(fixtures, 'golden', 'llama'));
  await assert.rejects(writeModelFolder(source, join(scratch, 'unknown'), new Map([['x', new Float32Array(1)]])), {
    name: 'RangeError',
    message: /"x"/,
  });
  await assert.rejects(
    writeModelFolder(source, join(scratch, 'size'), new Map([['model.norm.weight', new Float32Array(1)]])),
    {
      name: 'RangeError',
      message: /"model\.norm\.weight"/,
    },
  );
});

test('a folder that already holds a model is not written over', async () => {
  const folder = join(scratch, 'existing');
  await cp(join(fixtures, 'golden', 'llama'), folder, { recursive: true });
  const source = await openModelFolder(folder);
  await assert.rejects(writeModelFolder(source, folder, new Map()), { code: 'EEXIST' });
});
