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

test('from a prefix only its own masses are drawn, with their probabilities among themselves', async () => {
  const graph = new Graph();
  const masses = graph.input('masses', 'float32', ['rows', 'size']);
  const kept = graph.input('kept', 'int64', ['rows', 1]);
  const { index, probability } = drawFromPrefix(masses, kept, graph.input('uniforms', 'float32', ['rows', 1]));
  const row = [4, 3, 2, 1, 5];
  const drawn = [0, 0.56, 0.58, LARGEST, 0.3, LARGEST];
  const [indices, probabilities] = await runOnce(graph, [index, probability], {
    masses: floats(
      [6, 5],
      drawn.flatMap(() => row),
    ),
    kept: ints([6, 1], [2, 2, 2, 2, 1, 4]),
    uniforms: floats([6, 1], drawn),
  });
  assert.ok(indices && probabilities);
  assert.deepEqual(numbers(indices), [0, 0, 1, 1, 0, 3]);
  const expected = [4 / 7, 4 / 7, 3 / 7, 3 / 7, 1, 0.1];
  for (const [position, value] of numbers(probabilities).entries())
    assert.ok(Math.abs(value - (expected[position] ?? NaN)) < 1e-6);
});
