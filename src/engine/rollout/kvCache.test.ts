import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Tensor } from '../onnx/session.ts';
import { CAPACITY_STEP, KvCache, NOTHING, rowBytes, type LayerKeyValues, type PrefilledPrompt } from './kvCache.ts';

const SHAPE = { layers: 2, keyValueHeads: 2, headSize: 3 };
const { layers, keyValueHeads, headSize } = SHAPE;

/** A value that tells sequence, layer, kind, head, position and element apart. */
const valueAt = (id: number, layer: number, kind: number, head: number, position: number, element: number): number =>
  ((((id * layers + layer) * 2 + kind) * keyValueHeads + head) * 200 + position) * headSize + element;

/** `[ids, keyValueHeads, time, headSize]` of each layer: positions `from` to `from + time` of the sequences. */
function keyValues(ids: readonly number[], time: number, from: (row: number) => number): LayerKeyValues[] {
  const tensor = (layer: number, kind: number): Tensor => ({
    dims: [ids.length, keyValueHeads, time, headSize],
    data: Float32Array.from(
      ids.flatMap((id, row) =>
        Array.from({ length: keyValueHeads * time * headSize }, (_, i) => {
          const position = from(row) + (Math.floor(i / headSize) % time);
          return valueAt(id, layer, kind, Math.floor(i / headSize / time), position, i % headSize);
        }),
      ),
    ),
  });
  return Array.from({ length: layers }, (_, layer) => ({ keys: tensor(layer, 0), values: tensor(layer, 1) }));
}

/** The second of two prompts that were prefilled together, the other one longer. */
function prompt(id: number, length: number): PrefilledPrompt {
  const time = length + 2;
  return { layers: keyValues([9999, id], time, () => 0), row: 1, time, length, release: () => undefined };
}

interface Sequence {
  readonly id: number;
  length: number;
}

/** The cache has exactly these sequences, in this order. */
function check(cache: KvCache, rows: readonly Sequence[]): void {
  assert.equal(cache.rows, rows.length);
  assert.deepEqual(
    [...cache.lengths],
    rows.map(({ length }) => length),
  );
  for (let layer = 0; layer < layers; layer++) {
    const { keys, values } = cache.feeds(layer);
    for (const [kind, { data, dims }] of [keys, values].entries()) {
      assert.deepEqual(dims, [rows.length, keyValueHeads, cache.capacity, headSize]);
      assert.equal(data.length, rows.length * keyValueHeads * cache.capacity * headSize);
      for (const [row, { id, length }] of rows.entries())
        for (let head = 0; head < keyValueHeads; head++)
          for (let position = 0; position < length; position++)
            for (let element = 0; element < headSize; element++) {
              const offset = ((row * keyValueHeads + head) * cache.capacity + position) * headSize + element;
              assert.equal(data[offset], valueAt(id, layer, kind, head, position, element));
            }
    }
  }
}

const MAX_ROWS = 4;
const MAX_LENGTH = 3 * CAPACITY_STEP;

const command = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), length: fc.integer({ min: 0, max: 2 * CAPACITY_STEP }) }),
  fc.record({ kind: fc.constant('remove' as const), row: fc.nat(MAX_ROWS - 1) }),
  fc.record({ kind: fc.constant('decode' as const), steps: fc.integer({ min: 1, max: CAPACITY_STEP }) }),
  fc.record({
    kind: fc.constant('chunk' as const),
    counts: fc.array(fc.integer({ min: 0, max: CAPACITY_STEP }), { minLength: MAX_ROWS, maxLength: MAX_ROWS }),
  }),
  fc.record({ kind: fc.constant('reserve' as const) }),
);

test('rows keep their keys and values while others come, grow and go', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 25 }), (commands) => {
      const cache = new KvCache(SHAPE);
      cache.reserve(MAX_ROWS, MAX_LENGTH);
      const rows: Sequence[] = [];
      let nextId = 0;
      for (const step of commands) {
        if (step.kind === 'reserve') {
          cache.reserve(MAX_ROWS, MAX_LENGTH);
          rows.length = 0;
        } else if (step.kind === 'add') {
          if (rows.length === MAX_ROWS) continue;
          rows.push({ id: nextId, length: step.length });
          cache.add(prompt(nextId++, step.length));
        } else if (step.kind === 'remove') {
          const removed = rows[step.row];
          if (!removed) continue;
          cache.remove(step.row);
          const last = rows.pop();
          if (last && last !== removed) rows[step.row] = last;
        } else if (step.kind === 'chunk') {
          // A run has as many tokens of each row, of which a row takes some, those with no room left none.
          const counts = rows.map(({ length }, row) => Math.min(step.counts[row] ?? 0, MAX_LENGTH - length));
          cache.fit(0);
          cache.append(
            keyValues(
              rows.map(({ id }) => id),
              CAPACITY_STEP,
              (row) => rows[row]?.length ?? 0,
            ),
            Int32Array.from(counts),
          );
          for (const [row, sequence] of rows.entries()) sequence.length += counts[row] ?? 0;
        } else {
          for (let i = 0; i < step.steps && rows.every(({ length }) => length < MAX_LENGTH - 1); i++) {
            cache.fit(1);
            cache.append(
              keyValues(
                rows.map(({ id }) => id),
                1,
                (row) => rows[row]?.length ?? 0,
              ),
              new Int32Array(rows.length).fill(1),
            );
            for (const row of rows) row.length++;
          }
        }
        check(cache, rows);
      }
    }),
    { seed: 1, numRuns: 150 },
  );
});

test('the capacity follows the longest row, up and down', () => {
  const cache = new KvCache(SHAPE);
  cache.reserve(2, 10 * CAPACITY_STEP);
  cache.add(prompt(0, 2));
  cache.fit(1);
  assert.equal(cache.capacity, CAPACITY_STEP);
  cache.add(prompt(1, 5 * CAPACITY_STEP));
  cache.fit(1);
  assert.equal(cache.capacity, 6 * CAPACITY_STEP);
  cache.remove(1);
  cache.fit(1);
  assert.equal(cache.capacity, CAPACITY_STEP);
  check(cache, [{ id: 0, length: 2 }]);
  assert.throws(() => cache.fit(20 * CAPACITY_STEP), /no memory was reserved for 1 rows of 336 tokens/);
});

test('memory is used again, and given back when asked', () => {
  const cache = new KvCache(SHAPE);
  cache.reserve(4, 100);
  cache.add(prompt(0, 1));
  const { buffer } = cache.feeds(0).keys.data;
  cache.reserve(2, 50);
  cache.add(prompt(0, 1));
  assert.equal(cache.feeds(0).keys.data.buffer, buffer);
  cache.release();
  assert.equal(cache.rows, 0);
  assert.throws(() => cache.feeds(0), /no keys and values of layer 0/);
  cache.reserve(2, 50);
  cache.add(prompt(0, 1));
  assert.notEqual(cache.feeds(0).keys.data.buffer, buffer);
});

test('a row takes keys and values of every layer, with room for whole steps', () => {
  assert.equal(rowBytes(SHAPE, CAPACITY_STEP + 1), 2 * layers * keyValueHeads * 2 * CAPACITY_STEP * headSize * 4);
});

test('layers that are missing are an error', () => {
  const cache = new KvCache(SHAPE);
  cache.reserve(1, 10);
  assert.throws(() => cache.add({ ...NOTHING, time: 1, length: 1 }), /no keys and values of layer 0/);
});
