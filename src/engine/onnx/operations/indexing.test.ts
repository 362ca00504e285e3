import assert from 'node:assert/strict';
import { test } from 'node:test';
import { floats, ints, numbers, runOnce } from '../../../../test/support/onnx.ts';
import { Graph } from '../graph.ts';
import * as op from './indexing.ts';

test('rows of a table, by indices of any shape', async () => {
  const graph = new Graph();
  const table = graph.input('table', 'float32', [3, 2]);
  const rows = op.gather(table, graph.input('ids', 'int64', ['rows', 'time']));
  assert.deepEqual(rows.shape, ['rows', 'time', 2]);
  const feeds = { table: floats([3, 2], [1, 2, 3, 4, 5, 6]), ids: ints([2, 2], [2, 0, 0, 1]) };
  assert.deepEqual((await runOnce(graph, [rows], feeds)).map(numbers), [[5, 6, 1, 2, 1, 2, 3, 4]]);
  assert.throws(
    () => op.gather(graph.input('scalar', 'float32', []), rows),
    /^ShapeError: Gather: a scalar has no rows/,
  );
});

test('elements of the last axis', async () => {
  const graph = new Graph();
  const x = graph.input('x', 'float32', ['rows', 3]);
  const taken = op.gatherElements(x, graph.input('at', 'int64', ['rows', 2]));
  const feeds = { x: floats([2, 3], [1, 2, 3, 4, 5, 6]), at: ints([2, 2], [2, 2, 0, 1]) };
  assert.deepEqual((await runOnce(graph, [taken], feeds)).map(numbers), [[3, 3, 4, 5]]);
  const message = 'GatherElements: sizes differ outside axis 1: [rows, 3], [time, 2]';
  assert.throws(() => op.gatherElements(x, graph.input('other', 'int64', ['time', 2])), {
    name: 'ShapeError',
    message,
  });
  assert.throws(() => op.gatherElements(x, graph.input('flat', 'int64', ['rows'])), /sizes differ outside axis 1/);
});

test('updates at repeated indices are summed, or the largest or smallest stays', async () => {
  const graph = new Graph();
  const x = graph.input('x', 'float32', [3, 'n']);
  const at = graph.input('at', 'int64', ['k', 'n']);
  const updates = graph.input('updates', 'float32', ['k', 'n']);
  const outputs = [
    op.scatterAdd(x, at, updates, 0),
    op.scatterMax(x, at, updates, -2),
    op.scatterMin(x, at, updates, 0),
  ];
  const feeds = {
    x: floats([3, 2], [0, 1, 2, 3, 4, 5]),
    at: ints([4, 2], [0, 0, 0, 1, 0, 0, 2, 2]),
    updates: floats([4, 2], [1, 2, 3, 4, -5, -6, 7, 8]),
  };
  assert.deepEqual((await runOnce(graph, outputs, feeds)).map(numbers), [
    [-1, -3, 2, 7, 11, 13],
    [3, 2, 2, 4, 7, 8],
    [-5, -6, 2, 3, 4, 5],
  ]);
});

test('updates have the shape of their indices', () => {
  const graph = new Graph();
  const [x, at, updates] = [
    graph.input('x', 'float32', [2, 4]),
    graph.input('at', 'int64', [2, 3]),
    graph.input('u', 'float32', [2, 1]),
  ];
  assert.throws(
    () => op.scatterAdd(x, at, updates, -1),
    /ScatterElements: indices and updates differ: \[2, 3\], \[2, 1\]$/,
  );
  assert.throws(() => op.scatterAdd(x, at, at, 0), /ScatterElements: sizes differ outside axis 0: \[2, 4\], \[2, 3\]$/);
  assert.throws(() => op.scatterAdd(x, at, updates, 2), /ScatterElements: axis 2 is out of range/);
});
