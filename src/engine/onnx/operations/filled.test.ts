import assert from 'node:assert/strict';
import { test } from 'node:test';
import { floats, numbers, runOnce } from '../../../../test/support/onnx.ts';
import { Graph } from '../graph.ts';
import { dimension } from '../runtimeShape.ts';
import { range, zeros } from './filled.ts';

/** A graph that knows `rows`, `time` and `past`, and what they are in a run. */
function sizes() {
  const graph = new Graph();
  graph.input('tokens', 'float32', ['rows', 'time']);
  graph.input('cache', 'float32', ['rows', 'past', 'past+time']);
  return { graph, feeds: { tokens: floats([2, 3], Array(6).fill(0)), cache: floats([2, 4, 7], Array(56).fill(0)) } };
}

test('sizes are read from the inputs, products and sums of them are computed', async () => {
  const { graph, feeds } = sizes();
  const names = ['rows', 'time', 'past+time', '2*rows*time', 'rows*time+2*past+1', '3*past*past'];
  const results = await runOnce(
    graph,
    names.map((name) => dimension(graph, name)),
    feeds,
  );
  assert.deepEqual(results.map(numbers), [[2], [3], [7], [12], [15], [48]]);
});

test('a size that no input has is an error that names it', () => {
  const { graph } = sizes();
  assert.throws(() => dimension(graph, 'vocabulary'), /^Error: no input of the graph has the dimension vocabulary, /);
  assert.throws(() => zeros(graph, ['rows', 'vocabulary+1']), /dimension vocabulary/);
});

test('zeros', async () => {
  const { graph, feeds } = sizes();
  const values = [zeros(graph, []), zeros(graph, [2, 2]), zeros(graph, ['rows*time', 2]), zeros(graph, ['past'])];
  for (const { dims, data } of await runOnce(graph, values, feeds)) {
    assert.ok(data instanceof Float32Array);
    assert.equal(
      data.length,
      dims.reduce((product, size) => product * size, 1),
    );
    assert.ok(data.every((value) => value === 0));
  }
});

test('ranges', async () => {
  const { graph, feeds } = sizes();
  const values = [range(graph, 0), range(graph, 3), range(graph, 'time'), range(graph, 'past+1')];
  const results = await runOnce(graph, values, feeds);
  assert.deepEqual(results.map(numbers), [[], [0, 1, 2], [0, 1, 2], [0, 1, 2, 3, 4]]);
  for (const { data } of results) assert.ok(data instanceof BigInt64Array);
});
