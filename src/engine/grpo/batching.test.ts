import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cutByCost, inRowOrder, splitByPrompt, splitInOrder, splitMiniBatches } from './batching.ts';

test('mini-batches are the rows in order, as equal as can be', () => {
  assert.deepEqual(splitMiniBatches(8, 2), [
    [0, 1, 2, 3],
    [4, 5, 6, 7],
  ]);
  assert.deepEqual(
    splitMiniBatches(10, 4).map((rows) => rows.length),
    [3, 2, 3, 2],
  );
  assert.deepEqual(splitMiniBatches(2, 5), [[0], [1]]);
  assert.deepEqual(splitMiniBatches(0, 3), []);
});

test('every row is in one mini-batch, they differ by one row at most, and hold whole groups where groups divide', () => {
  fc.assert(
    fc.property(fc.nat(20), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 8 }), (groups, size, count) => {
      const parts = splitMiniBatches(groups * size, count);
      assert.deepEqual(
        parts.flat(),
        Array.from({ length: groups * size }, (_, row) => row),
      );
      const lengths = parts.map((rows) => rows.length);
      assert.ok(groups === 0 || Math.max(...lengths) - Math.min(...lengths) <= 1);
      assert.ok(lengths.every((length) => length >= 1));
      if (groups % count === 0) assert.ok(parts.every((rows) => (rows[0] ?? 0) % size === 0));
    }),
  );
});

test('micro-batches in order', () => {
  assert.deepEqual(splitInOrder([3, 1, 4, 1, 5], 2), [[3, 1], [4, 1], [5]]);
  assert.deepEqual(splitInOrder([], 2), []);
});

/** Rows by how many each prompt has, numbered on. */
function groupsOf(sizes: readonly number[]): number[][] {
  let row = 0;
  return sizes.map((size) => Array.from({ length: size }, () => row++));
}

/** Places of the block that attention has for these rows: prompts times the rows of the one that has most. */
function placesOf(rows: readonly number[], groups: readonly (readonly number[])[]): number {
  const counts = groups.map((group) => group.filter((row) => rows.includes(row)).length).filter((count) => count > 0);
  return counts.length * Math.max(...counts);
}

test('micro-batches by prompt: its rows together, the longest first, ties in the order given', () => {
  assert.deepEqual(splitByPrompt([[0], [1], [2], [3], [4]], [5, 9, 5, 1, 9], 2), [[1, 4], [0, 2], [3]]);
  const groups = groupsOf([3, 2, 3]);
  const lengths = [4, 5, 6, 9, 8, 7, 7, 1];
  assert.deepEqual(splitByPrompt(groups, lengths, 4), [
    [5, 6, 7],
    [2, 1, 0],
    [3, 4],
  ]);
  assert.deepEqual(splitByPrompt(groups, lengths, 6), [
    [5, 6, 7, 2, 1, 0],
    [3, 4],
  ]);
  assert.deepEqual(splitByPrompt([[0, 1, 2, 3, 4]], [1, 1, 1, 1, 1], 2), [[0, 1], [2, 3], [4]]);
  assert.throws(() => splitByPrompt([[7]], [1], 2), /row 7 has no length/);
});

test('a large group shares a micro-batch with as many small ones as have room in the block that it makes', () => {
  const groups = groupsOf([8, ...Array<number>(8).fill(1)]);
  const parts = splitByPrompt(groups, Array<number>(16).fill(1), 16);
  assert.deepEqual(
    parts.map((rows) => rows.length),
    [9, 7],
  );
});

test('what is left of groups that were cut is put together', () => {
  const parts = splitByPrompt(groupsOf(Array<number>(8).fill(12)), Array<number>(96).fill(1), 8);
  assert.equal(parts.length, 12);
});

/** The length of each row, by prompt. */
const groupLengths = fc.array(fc.array(fc.nat(50), { minLength: 1, maxLength: 20 }), { maxLength: 12 });
const microBatch = fc.integer({ min: 1, max: 40 });

test('every row is in one micro-batch, none has more places than its size, and no other order of prompts makes fewer', () => {
  fc.assert(
    fc.property(groupLengths, microBatch, (lengths, size) => {
      const groups = groupsOf(lengths.map((group) => group.length));
      const parts = splitByPrompt(groups, lengths.flat(), size);
      assert.deepEqual(
        parts.flat().toSorted((a, b) => a - b),
        groups.flat(),
      );
      assert.ok(parts.every((part) => part.length > 0 && placesOf(part, groups) <= size));
      const others: number[][] = [];
      for (const piece of groups.flatMap((group) => splitInOrder(group, size))) {
        const open = others.find((part) => placesOf([...part, ...piece], groups) <= size);
        if (open) open.push(...piece);
        else others.push([...piece]);
      }
      assert.ok(parts.length <= others.length);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('equal groups that divide the size make as few micro-batches as rows do', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 6 }), fc.nat(12), (group, many, count) => {
      const groups = groupsOf(Array<number>(count).fill(group));
      const lengths = groups.flat().map((row) => row % 7);
      const size = group * many;
      assert.equal(splitByPrompt(groups, lengths, size).length, Math.ceil((count * group) / size));
    }),
    { seed: 1 },
  );
});

test('results find their way back to the order of the rows', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30), { maxLength: 20 }), fc.integer({ min: 1, max: 6 }), (lengths, size) => {
      const rows = lengths.map((_, index) => index).toReversed();
      const groups = [0, 1, 2]
        .map((group) => rows.filter((row) => row % 3 === group))
        .filter(({ length }) => length > 0);
      const microBatches = splitByPrompt(groups, lengths, size).flatMap((batch) => cutByCost(batch, lengths, 40));
      for (const batch of microBatches) {
        const tokens = batch.reduce((sum, row) => sum + (lengths[row] ?? 0), 0);
        assert.ok(batch.length === 1 || (batch.length <= size && tokens <= 40));
      }
      const results = microBatches.map((batch) => batch.map((row) => `row ${row}`));
      assert.deepEqual(
        inRowOrder(rows, microBatches, results),
        rows.map((row) => `row ${row}`),
      );
    }),
  );
  assert.throws(() => inRowOrder([0, 1], [[0, 1]], [['only one']]), /row 1 has no result/);
});
