import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { readSafetensorsHeader } from './safetensors.ts';
import { readTensor } from './tensorData.ts';
import { writeWeights } from './weightShards.ts';

let scratch = '';
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'shards-'));
});
after(() => rm(scratch, { recursive: true }));

test('one file within the limit; beyond it shards of at most so much, each tensor once, found by the index', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 2, max: 12 }),
      async (sizes, limit) => {
        const folder = await mkdtemp(join(scratch, 'model-'));
        const tensors = sizes.map((size, index) => ({
          name: `t${index}`,
          shape: [size],
          data: () => new Float32Array(size).fill(index),
        }));
        await writeWeights(folder, tensors, 4 * limit);
        const files = (await readdir(folder)).sort();
        if (sizes.reduce((sum, size) => sum + size, 0) <= limit) {
          assert.deepEqual(files, ['model.safetensors']);
          return;
        }
        const shards = files.filter((file) => file.endsWith('.safetensors'));
        if (shards.length === 1) {
          assert.equal(sizes.length, 1);
          return;
        }
        const index: unknown = JSON.parse(await readFile(join(folder, 'model.safetensors.index.json'), 'utf8'));
        const expected: Record<string, string> = {};
        for (const [number, shard] of shards.entries()) {
          const [count] = [String(shards.length).padStart(5, '0')];
          assert.equal(shard, `model-${String(number + 1).padStart(5, '0')}-of-${count}.safetensors`);
          const { tensors: entries } = await readSafetensorsHeader(join(folder, shard));
          const held = [...entries.values()];
          assert.ok(held.length === 1 || held.reduce((sum, { bytes }) => sum + bytes, 0) <= 4 * limit);
          for (const entry of held) {
            expected[entry.name] = shard;
            const value = Number(entry.name.slice(1));
            assert.ok((await readTensor(join(folder, shard), entry)).every((number) => number === value));
          }
        }
        const total = 4 * sizes.reduce((sum, size) => sum + size, 0);
        assert.deepEqual(index, { metadata: { total_size: total }, weight_map: expected });
        assert.deepEqual(Object.keys(expected).length, sizes.length);
      },
    ),
    { numRuns: 40 },
  );
});
