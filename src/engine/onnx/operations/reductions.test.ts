import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { floats, ints, numbers, runOnce } from '../../../../test/support/onnx.ts';
import { Graph, type Value } from '../graph.ts';
import * as op from './reductions.ts';

/** `[rows, 3]` with two rows. */
async function onRows(values: readonly number[], build: (x: Value) => readonly Value[]): Promise<number[][]> {
  const graph = new Graph();
  const outputs = build(graph.input('x', 'float32', ['rows', 3]));
  return (await runOnce(graph, outputs, { x: floats([2, 3], values) })).map(numbers);
}

describe('sums, means and largest elements', () => {
  test('of an axis and of all', async () => {
    const results = await onRows([1, 2, 6, -1, -5, 0], (x) => [
      op.reduceSum(x, [-1]),
      op.reduceSum(x, [0]),
      op.sumAll(x),
      op.reduceMean(x, [1]),
      op.reduceMax(x, [0]),
      op.reduceMax(x, [0, 1]),
    ]);
    assert.deepEqual(results, [[9, -6], [0, -3, 6], [3], [3, -2], [1, 2, 6], [6]]);
  });

  test('drop the axes or keep them with size 1', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['rows', 'time', 4]);
    assert.deepEqual(op.reduceSum(x, [-2]).shape, ['rows', 4]);
    assert.deepEqual(op.reduceSum(x, [-2], true).shape, ['rows', 1, 4]);
    assert.deepEqual(op.reduceMean(x, [2, 0], true).shape, [1, 'time', 1]);
    assert.deepEqual(op.reduceMean(x, [0]).shape, ['time', 4]);
    assert.deepEqual(op.reduceMax(x, [1]).shape, ['rows', 4]);
    assert.deepEqual(op.sumAll(x).shape, []);
    assert.throws(() => op.reduceMax(x, [3]), {
      name: 'ShapeError',
      message: 'ReduceMax: axis 3 is out of range: [rows, time, 4]',
    });
  });

  // For ONNX an empty list of axes means all of them.
  test('over no axes leave everything as it is', () => {
    const x = new Graph().input('x', 'float32', ['rows', 3]);
    assert.equal(op.reduceSum(x, []), x);
    const scalar = x.graph.input('scalar', 'float32', []);
    assert.equal(op.sumAll(scalar), scalar);
  });
});

test('the index of the largest element is the first of equals', async () => {
  assert.deepEqual(await onRows([1, 7, 7, 2, 1, 2], (x) => [op.argMax(x)]), [[1, 0]]);
});

test('running sums along the last axis', async () => {
  assert.deepEqual(await onRows([1, 2, 3, -1, 0, 4], (x) => [op.cumSum(x), op.cumSum(x, { exclusive: true })]), [
    [1, 3, 6, -1, -1, 3],
    [0, 1, 3, 0, -1, -1],
  ]);
});

test('the k largest, the lower index first among equals, k known when the graph runs', async () => {
  const graph = new Graph();
  const x = graph.input('x', 'float32', ['rows', 4]);
  const k = graph.input('k', 'int64', [1]);
  const { values, indices } = op.topK(x, k, 2);
  const feeds = { x: floats([2, 4], [1, 5, 5, 0, 3, 3, 3, 3]), k: ints([1], [2]) };
  assert.deepEqual((await runOnce(graph, [values, indices], feeds)).map(numbers), [
    [5, 5, 3, 3],
    [1, 2, 0, 1],
  ]);
  assert.throws(
    () => op.topK(x, graph.input('number', 'float32', [1]), 2),
    /TopK: input 1 is float32, which must be int64/,
  );
  assert.throws(() => op.topK(x, graph.input('many', 'int64', [2]), 2), /TopK: k must be \[1\]/);
});

test('there must be a last axis', () => {
  const scalar = new Graph().input('x', 'float32', []);
  assert.throws(() => op.argMax(scalar), /ArgMax: axis -1 is out of range: \[\]/);
  assert.throws(() => op.cumSum(scalar), /CumSum: axis -1 is out of range: \[\]/);
  assert.throws(() => op.topK(scalar, scalar.graph.ints([1]), 1), /TopK: axis -1 is out of range: \[\]/);
});
