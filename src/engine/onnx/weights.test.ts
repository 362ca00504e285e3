/** Weights that stay in their files. */
import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { floats, numbers, ONE_THREAD } from '../../../test/support/onnx.ts';
import { Graph, type ExternalData } from './graph.ts';
import { matmul } from './operations.ts';
import { serialize } from './serialize.ts';
import { Session, type SessionOptions } from './session.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'weights-'));
  const bytes = Buffer.from(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);
  // As in a safetensors file, at whatever offset the header ends.
  await writeFile(path.join(folder, 'model.bin'), Buffer.concat([Buffer.from('header.'), bytes, bytes]));
});
after(() => rm(folder, { recursive: true }));

/** x `[n, size]` times a weight `[size, columns]` in a file. */
function product(size: number, columns: number, data: ExternalData) {
  const graph = new Graph();
  const y = matmul(graph.input('x', 'float32', ['n', size]), graph.weight('weight', 'float32', [size, columns], data));
  return serialize(graph, { y });
}

const openWith = (data: ExternalData, options: Partial<SessionOptions>) =>
  Session.open(product(2, 3, data), { ...ONE_THREAD, weightsFolder: folder, ...options });

describe('a weight in a file', () => {
  for (const use of ['train', 'decode'] as const)
    for (const offset of [7, 31])
      test(`is read at offset ${offset} to ${use}`, async () => {
        const session = await openWith({ file: 'model.bin', offset, bytes: 24 }, { use });
        const { y } = await session.run({ x: floats([2, 2], [1, 0, 10, 1]) }, ['y']);
        assert.deepEqual(numbers(y), [1, 2, 3, 14, 25, 36]);
        await session.release();
      });

  for (const use of ['train', 'decode'] as const)
    test(`may be in memory instead, and is copied to ${use}`, async () => {
      const file = Float32Array.of(9, 1, 2, 3, 4, 5, 6);
      const weightsInMemory = { file: 'model.bin', data: new Uint8Array(file.buffer) };
      const session = await openWith({ file: 'model.bin', offset: 4, bytes: 24 }, { use, weightsInMemory });
      file.fill(0);
      const { y } = await session.run({ x: floats([1, 2], [10, 1]) }, ['y']);
      assert.deepEqual(numbers(y), [14, 25, 36]);
      await session.release();
    });

  test('is looked for in the folder given, and nowhere else', async () => {
    const data = { file: 'model.bin', offset: 7, bytes: 24 };
    await assert.rejects(
      openWith(data, { weightsFolder: path.join(folder, 'none') }),
      /External data path does not exist/,
    );
    await assert.rejects(openWith({ ...data, file: 'other.bin' }, {}), /External data path does not exist/);
    await assert.rejects(Session.open(product(2, 3, data), ONE_THREAD), /External data path/);
  });

  test('is not looked for in the folder where another file is in memory', async () => {
    const weightsInMemory = { file: 'memory.bin', data: new Uint8Array(24) };
    await assert.rejects(
      openWith({ file: 'model.bin', offset: 7, bytes: 24 }, { weightsInMemory }),
      /model\.bin not found/,
    );
  });

  test('has the size that its shape asks for', async () => {
    await assert.rejects(
      openWith({ file: 'model.bin', offset: 7, bytes: 20 }, {}),
      /data size mismatch|external_data.length/,
    );
  });

  test('must be whole in its file', async () => {
    await assert.rejects(
      openWith({ file: 'model.bin', offset: 40, bytes: 24 }, {}),
      /out of bounds|can not be read in full/,
    );
  });
});

/** Memory of this process that no file backs, in MiB. */
async function privateMemory(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8');
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

test(
  'to train, a weight takes no private memory; to decode, it is repacked',
  { skip: process.platform !== 'linux' },
  async () => {
    const size = 4096;
    const bytes = size * size * 4;
    const file = await open(path.join(folder, 'large.bin'), 'w');
    await file.truncate(bytes);
    await file.close();
    const model = product(size, size, { file: 'large.bin', offset: 0, bytes });
    const feeds = { x: floats([1, size], new Float32Array(size)) };
    const grownBy = async (use: SessionOptions['use']): Promise<number> => {
      const before = await privateMemory();
      const session = await Session.open(model, { ...ONE_THREAD, weightsFolder: folder, use });
      await session.run(feeds, ['y']);
      const grown = (await privateMemory()) - before;
      await session.release();
      return grown;
    };
    // What the runtime allocates once does not count.
    await grownBy('train');
    const [train, decode] = [await grownBy('train'), await grownBy('decode')];
    assert.ok(train < 16, `${train} MiB of a weight of 64`);
    assert.ok(decode > 48, `${decode} MiB of a weight of 64`);
  },
);
