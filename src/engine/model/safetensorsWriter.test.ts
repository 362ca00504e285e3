import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { readSafetensorsHeader } from './safetensors.ts';
import { writeSafetensors } from './safetensorsWriter.ts';
import { readSafetensors } from './tensorData.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-writer-'));
});
after(() => rm(folder, { recursive: true }));

test('what is written is read again: names, shapes, every bit of every value', async () => {
  const tensor = fc.record({
    name: fc
      .oneof(fc.string(), fc.constantFrom('__proto__', '0', 'ü', 'a.b'))
      .filter((name) => name !== '__metadata__'),
    data: fc.float32Array({ maxLength: 20 }),
  });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(tensor, { selector: ({ name }) => name }), async (tensors) => {
      const path = join(folder, `roundtrip-${run++}`);
      const bytes = await writeSafetensors(
        path,
        tensors.map(({ name, data }) => ({ name, shape: [data.length], data })),
      );
      assert.equal((await stat(path)).size, bytes);
      const read = await readSafetensors(path);
      assert.deepEqual([...read.keys()].toSorted(), tensors.map(({ name }) => name).toSorted());
      for (const { name, data } of tensors) {
        assert.deepEqual(
          Buffer.from(read.get(name)?.data.buffer ?? new ArrayBuffer(1)),
          Buffer.from(data.buffer, data.byteOffset, data.byteLength),
        );
      }
    }),
    { numRuns: 50 },
  );
});

test('tensors lie in the order given, aligned, and lazily given ones are asked for one by one', async () => {
  const path = join(folder, 'lazy');
  const asked: string[] = [];
  const lazy = (name: string, value: number) => ({
    name,
    shape: [2, 1],
    data: () => {
      asked.push(name);
      return Promise.resolve(new Float32Array([value, value]));
    },
  });
  await writeSafetensors(path, [lazy('z', 1), lazy('a', 2)], { format: 'pt' });
  assert.deepEqual(asked, ['z', 'a']);
  const { metadata, tensors } = await readSafetensorsHeader(path);
  assert.deepEqual([...tensors.keys()], ['z', 'a']);
  assert.equal((tensors.get('z')?.offset ?? 1) % 8, 0);
  assert.equal(metadata.get('format'), 'pt');
});

test('part of a larger array is written as that part', async () => {
  const path = join(folder, 'view');
  await writeSafetensors(path, [{ name: 'x', shape: [2], data: new Float32Array([1, 2, 3, 4]).subarray(1, 3) }]);
  assert.deepEqual([...((await readSafetensors(path)).get('x')?.data ?? [])], [2, 3]);
});

test('mistakes of the caller are RangeErrors', async () => {
  const data = new Float32Array(2);
  const write = (name: string, tensors: Parameters<typeof writeSafetensors>[1]) =>
    writeSafetensors(join(folder, name), tensors);
  const twice = [
    { name: 'x', shape: [2], data },
    { name: 'x', shape: [2], data },
  ];
  await assert.rejects(write('twice', twice), { name: 'RangeError', message: /"x"/ });
  await assert.rejects(write('reserved', [{ name: '__metadata__', shape: [2], data }]), RangeError);
  await assert.rejects(write('shape', [{ name: 'x', shape: [3], data }]), {
    name: 'RangeError',
    message: /\[3\].*2 values/,
  });
});

test('an existing file is never rewritten', async () => {
  const path = join(folder, 'existing');
  await writeSafetensors(path, [{ name: 'x', shape: [1], data: new Float32Array([1]) }]);
  const before = await readFile(path);
  await assert.rejects(writeSafetensors(path, []), { code: 'EEXIST' });
  assert.deepEqual(await readFile(path), before);
});
