import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertClose } from '../../../../test/support/assertClose.ts';
import { floats, ints, numbers, runOnce } from '../../../../test/support/onnx.ts';
import { Graph } from '../graph.ts';
import { rotary } from './rotary.ts';

const [ROWS, HEADS, TIME] = [2, 2, 3] as const;
const POSITIONS = [0, 1, 2, 5, 3, 4];
const FREQUENCIES = [1, 0.1];
const ROTATED = 2 * FREQUENCIES.length;

const vectors = (size: number): number[] =>
  Array.from({ length: ROWS * HEADS * TIME * size }, (_, index) => Math.sin(index + 1));

/** The rotated vectors, pair by pair: the elements of pair p are at p and p + ROTATED / 2, or at 2 p and 2 p + 1. */
function rotated(size: number, interleaved: boolean): number[] {
  const result = vectors(size);
  for (let vector = 0; vector < ROWS * HEADS * TIME; vector++) {
    const [row, time] = [Math.floor(vector / (HEADS * TIME)), vector % TIME];
    for (const [pair, frequency] of FREQUENCIES.entries()) {
      const angle = (POSITIONS[row * TIME + time] ?? NaN) * frequency;
      const first = vector * size + (interleaved ? 2 * pair : pair);
      const second = first + (interleaved ? 1 : ROTATED / 2);
      const [x, y] = [result[first] ?? NaN, result[second] ?? NaN];
      result[first] = x * Math.cos(angle) - y * Math.sin(angle);
      result[second] = x * Math.sin(angle) + y * Math.cos(angle);
    }
  }
  return result;
}

for (const [size, interleaved] of [
  [ROTATED, false],
  [ROTATED, true],
  [ROTATED + 3, false],
  [ROTATED + 2, true],
] as const)
  test(`rotates ${interleaved ? 'neighbours' : 'halves'} of ${ROTATED} of ${size} features by position times frequency`, async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['rows', HEADS, 'time', size]);
    const positions = graph.input('positions', 'int64', ['rows', 'time']);
    const angles = Array.from({ length: 6 }, (_, position) =>
      FREQUENCIES.map((frequency) => position * frequency),
    ).flat();
    const table = (of: (angle: number) => number) => graph.constant('float32', [6, 2], Float32Array.from(angles, of));
    const tables = [table(Math.cos), table(Math.sin)] as const;
    // Halves are the default.
    const y = interleaved ? rotary(x, positions, ...tables, true) : rotary(x, positions, ...tables);
    const feeds = { x: floats([ROWS, HEADS, TIME, size], vectors(size)), positions: ints([ROWS, TIME], POSITIONS) };
    const [result] = await runOnce(graph, [y], feeds);
    assert.ok(result);
    assertClose(numbers(result), rotated(size, interleaved));
  });

test('shapes that do not fit', () => {
  const graph = new Graph();
  const input = (name: string, shape: (number | string)[]) => graph.input(name, 'float32', shape);
  const x = input('x', ['rows', 2, 'time', 4]);
  const positions = graph.input('positions', 'int64', ['rows', 'time']);
  const [table, long] = [input('table', [8, 2]), input('long', [8, 3])];
  assert.throws(
    () => rotary(input('flat', ['rows', 4]), positions, table, table),
    /^ShapeError: RotaryEmbedding: needs \[rows, heads, time, size\]/,
  );
  assert.throws(
    () => rotary(x, graph.input('p', 'int64', ['time']), table, table),
    /positions must be \[rows, time\]: \[rows, 2, time, 4\], \[time\]$/,
  );
  assert.throws(() => rotary(x, positions, long, long), /cosines and sines must be \[positions, pairs\]/);
  assert.throws(() => rotary(x, positions, table, long), /cosines and sines must be/);
  assert.throws(
    () => rotary(input('loose', ['rows', 'heads', 'time', 4]), positions, table, table),
    /of fixed heads and size/,
  );
});
