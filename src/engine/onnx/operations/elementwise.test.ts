import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertClose } from '../../../../test/support/assertClose.ts';
import { floats, ints, numbers, runOnce } from '../../../../test/support/onnx.ts';
import { Graph, type Value } from '../graph.ts';
import * as op from './elementwise.ts';

/** What operations give on two float vectors. */
async function onFloats(a: readonly number[], b: readonly number[], build: (a: Value, b: Value) => readonly Value[]) {
  const graph = new Graph();
  const values = build(graph.input('a', 'float32', ['n']), graph.input('b', 'float32', ['n']));
  const feeds = { a: floats([a.length], a), b: floats([b.length], b) };
  return (await runOnce(graph, values, feeds)).map(numbers);
}

test('arithmetic, with a number on either side', async () => {
  const results = await onFloats([6, -3], [4, 2], (a, b) => [
    op.add(a, b),
    op.sub(a, b),
    op.mul(a, b),
    op.div(a, b),
    op.min(a, b),
    op.max(a, b),
    op.neg(a),
    op.sub(1, a),
    op.div(a, 2),
  ]);
  assert.deepEqual(results, [
    [10, -1],
    [2, -5],
    [24, -6],
    [1.5, -1.5],
    [4, -3],
    [6, 2],
    [-6, 3],
    [-5, 4],
    [3, -1.5],
  ]);
});

test('functions', async () => {
  const a = [0.25, 1, 2.5];
  const results = await onFloats(a, a, (x) => [
    op.exp(x),
    op.log(x),
    op.sqrt(x),
    op.tanh(x),
    op.sin(x),
    op.cos(x),
    op.sigmoid(x),
    op.fastGelu(x),
  ]);
  const gelu = (x: number) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
  const expected = [
    Math.exp,
    Math.log,
    Math.sqrt,
    Math.tanh,
    Math.sin,
    Math.cos,
    (x: number) => 1 / (1 + Math.exp(-x)),
    gelu,
  ];
  for (const [index, reference] of expected.entries())
    assertClose(
      results[index],
      a.map((x) => reference(x)),
    );
});

test('comparisons and choices', async () => {
  const results = await onFloats([1, 2, 3], [2, 2, 2], (a, b) => [
    op.less(a, b),
    op.lessOrEqual(a, b),
    op.greater(a, b),
    op.equal(a, b),
    op.and(op.lessOrEqual(a, b), op.equal(a, 2)),
    op.where(op.greater(a, b), a, -1),
    op.clip(a, 1.5, 2.5),
    op.stopGradient(a),
  ]);
  assert.deepEqual(results, [
    [1, 0, 0],
    [1, 1, 0],
    [0, 0, 1],
    [0, 1, 0],
    [0, 1, 0],
    [-1, -1, 3],
    [1.5, 2, 2.5],
    [1, 2, 3],
  ]);
});

test('a number takes the type of the value beside it', async () => {
  const graph = new Graph();
  const x = graph.input('x', 'int64', [4]);
  const remainder = op.mod(x, 3);
  assert.equal(remainder.dtype, 'int64');
  const [result] = await runOnce(graph, [remainder], { x: ints([4], [-4, -1, 4, 2_147_483_648]) });
  // The sign is that of the divisor.
  assert.deepEqual(result?.data, BigInt64Array.of(2n, 2n, 1n, 2n));
  assert.throws(() => op.add(x, 0.5), RangeError);
  assert.throws(() => op.add(1, 2), /at least one value/);
});

test('casts', async () => {
  const graph = new Graph();
  const x = graph.input('x', 'float32', [3]);
  assert.equal(op.cast(x, 'float32'), x);
  const results = await runOnce(
    graph,
    [op.cast(x, 'int64'), op.cast(x, 'bool'), op.cast(op.cast(x, 'int32'), 'float32')],
    { x: floats([3], [-1.7, 0, 2.7]) },
  );
  assert.deepEqual(
    results.map(({ data }) => data),
    [BigInt64Array.of(-1n, 0n, 2n), Uint8Array.of(1, 0, 1), Float32Array.of(-1, 0, 2)],
  );
});

test('shapes broadcast', () => {
  const graph = new Graph();
  const [a, b] = [graph.input('a', 'float32', ['rows', 1, 4]), graph.input('b', 'float32', ['time', 1])];
  assert.deepEqual(op.add(a, b).shape, ['rows', 'time', 4]);
  assert.deepEqual(op.less(a, b).shape, ['rows', 'time', 4]);
  assert.equal(op.less(a, b).dtype, 'bool');
  assert.deepEqual(op.where(op.less(b, 0), a, 1).shape, ['rows', 'time', 4]);
  assert.throws(() => op.mul(a, graph.input('c', 'float32', [3])), {
    message: 'Mul: shapes do not broadcast: [rows, 1, 4], [3]',
  });
  assert.throws(() => op.add(a, new Graph().input('b', 'float32', [4])), /Add: b belongs to another graph/);
});
