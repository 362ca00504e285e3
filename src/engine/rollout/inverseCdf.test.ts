import assert from 'node:assert/strict';
import { test } from 'node:test';
import { floats, ints, numbers, runOnce } from '../../../test/support/onnx.ts';
import { Graph } from '../onnx/graph.ts';
import { uniforms } from '../random/keyed.ts';
import { drawFromPrefix, drawIndex } from './inverseCdf.ts';

const SMALLEST = 2 ** -24;
const LARGEST = 1 - SMALLEST;

/** The index drawn from each row with its number. */
async function draw(rows: readonly (readonly number[])[], drawn: readonly number[]): Promise<number[]> {
  const size = rows[0]?.length ?? 0;
  const graph = new Graph();
  const masses = graph.input('masses', 'float32', ['rows', size]);
  const index = drawIndex(masses, graph.input('uniforms', 'float32', ['rows', 1]));
  const feeds = { masses: floats([rows.length, size], rows.flat()), uniforms: floats([rows.length, 1], drawn) };
  const [tensor] = await runOnce(graph, [index], feeds);
  assert.ok(tensor);
  assert.deepEqual(tensor.dims, [rows.length, 1]);
  return numbers(tensor);
}

/** `count` numbers, each of the middle of an equal part of [0, 1). */
const grid = (count: number): number[] => Array.from({ length: count }, (_, i) => Math.fround((i + 0.5) / count));

for (const size of [1, 2, 31, 32, 33, 188, 257, 1000]) {
  test(`${size} masses are drawn in proportion: a grid of numbers gives each index its share`, async () => {
    const next = uniforms(size, 'init');
    const masses = Array.from({ length: size }, () => Math.fround(next() ** 4));
    const total = masses.reduce((sum, mass) => sum + mass, 0);
    const count = 4000;
    const counts = new Array<number>(size).fill(0);
    for (const index of await draw(
      Array.from({ length: count }, () => masses),
      grid(count),
    ))
      counts[index] = (counts[index] ?? 0) + 1;
    // Each end of an index's interval may cut off one point of the grid.
    for (const [index, mass] of masses.entries())
      assert.ok(Math.abs((counts[index] ?? 0) - (count * mass) / total) <= 1.01, `index ${index} of ${size}`);
  });
}

test('the smallest and the largest number find the first and the last index that has any mass', async () => {
  for (const size of [20, 188, 1000]) {
    const row = (first: number, last: number, scale: number): number[] =>
      Array.from({ length: size }, (_, i) => (i === first ? scale : i === last ? scale / 3 : 0));
    for (const scale of [1, 1e-30, 1e30, 0.1]) {
      const rows = [row(0, 1, scale), row(3, 9, scale), row(size - 2, size - 1, scale), row(5, size - 1, scale)];
      assert.deepEqual(
        await draw(
          rows,
          rows.map(() => 0),
        ),
        [0, 3, size - 2, 5],
      );
      assert.deepEqual(
        await draw(
          rows,
          rows.map(() => LARGEST),
        ),
        [1, 9, size - 1, size - 1],
      );
    }
  }
});

test('the smallest number does not draw a mass that is smaller still', async () => {
  const tiny = 1e-35;
  for (const size of [20, 188, 1000])
    // In the same block, in the next, in the last.
    for (const heavy of [1, 17, size - 1]) {
      const row = Array.from({ length: size }, (_, i) => (i === 0 ? tiny : i === heavy ? 1 : 0));
      assert.deepEqual(await draw([row], [0]), [heavy], `${size} masses`);
    }
});

test('a number that falls on the border of a block does not draw its first mass, however small', async () => {
  // Blocks of 16, each with half of the mass.
  const masses = new Array<number>(188).fill(0);
  masses[3] = 1;
  masses[16] = 1e-35;
  masses[20] = 1;
  assert.deepEqual(await draw([masses], [0.5]), [20]);
});

test('an index without mass is never drawn, whatever rounding does', async () => {
  const next = uniforms(3, 'init');
  for (const size of [30, 150, 700]) {
    const rows = Array.from({ length: 2000 }, () =>
      Array.from({ length: size }, () => (next() < 0.8 ? 0 : Math.fround(10 ** (-12 * next())))),
    ).filter((row) => row.some((mass) => mass > 0));
    const edges = [0, SMALLEST, 0.5, LARGEST];
    const drawn = rows.map((_, row) => edges[row % 8] ?? next());
    for (const [row, index] of (await draw(rows, drawn)).entries())
      assert.ok((rows[row]?.[index] ?? 0) > 0, `row ${row} of ${size} drew ${index} with ${drawn[row]}`);
  }
});

test('a number that rounding puts at the end of a block does not leave its masses', async () => {
  // The sum of the two rounds up by half a unit of the last place, and the difference by another half: all of the block's mass.
  const masses = new Array<number>(188).fill(0);
  masses[5] = 1.5 * 2 ** -23;
  masses[20] = 1.5;
  assert.deepEqual(await draw([masses], [LARGEST]), [20]);
});

/** The indices drawn from the first `kept` masses of a row, each with a number of its own, and their probabilities. */
async function drawPrefixes(
  row: readonly number[],
  kept: readonly number[],
  drawn: readonly number[],
): Promise<{ readonly indices: number[]; readonly probabilities: number[] }> {
  const graph = new Graph();
  const masses = graph.input('masses', 'float32', ['rows', 'size']);
  const { index, probability } = drawFromPrefix(
    masses,
    graph.input('kept', 'int64', ['rows', 1]),
    graph.input('uniforms', 'float32', ['rows', 1]),
  );
  const rows = drawn.length;
  const [indices, probabilities] = await runOnce(graph, [index, probability], {
    masses: floats(
      [rows, row.length],
      drawn.flatMap(() => row),
    ),
    kept: ints([rows, 1], kept),
    uniforms: floats([rows, 1], drawn),
  });
  assert.ok(indices && probabilities);
  return { indices: numbers(indices), probabilities: numbers(probabilities) };
}

test('from a prefix only its own masses are drawn, with their probabilities among themselves', async () => {
  const drawn = [0, 0.56, 0.58, LARGEST, 0.3, LARGEST];
  const { indices, probabilities } = await drawPrefixes([4, 3, 2, 1, 5], [2, 2, 2, 2, 1, 4], drawn);
  assert.deepEqual(indices, [0, 0, 1, 1, 0, 3]);
  const expected = [4 / 7, 4 / 7, 3 / 7, 3 / 7, 1, 0.1];
  for (const [position, value] of probabilities.entries())
    assert.ok(Math.abs(value - (expected[position] ?? NaN)) < 1e-6);
});

test('from a prefix, too, the smallest number draws no tiny mass, and the largest none of 0', async () => {
  const { indices } = await drawPrefixes([1e-35, 0, 3, 1, 0, 0, 7], [4, 6, 4, 6], [0, 0, LARGEST, LARGEST]);
  assert.deepEqual(indices, [2, 2, 3, 3]);
});
