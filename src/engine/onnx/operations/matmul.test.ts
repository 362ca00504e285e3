import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { floats, numbers, runOnce } from '../../../../test/support/onnx.ts';
import { Graph } from '../graph.ts';
import { gemm, matmul } from './matmul.ts';

/** Small whole numbers, so that products are exact. */
const filled = (count: number, seed: number): number[] =>
  Array.from({ length: count }, (_, index) => ((index * 7 + seed) % 11) - 5);

/** The sum over k of a[i, k] b[k, j], with operands stored as they are or transposed. */
function product(
  a: readonly number[],
  b: readonly number[],
  [n, k, m]: readonly [number, number, number],
  transA: boolean,
  transB: boolean,
): number[] {
  const atA = (i: number, l: number) => a[transA ? l * n + i : i * k + l] ?? NaN;
  const atB = (l: number, j: number) => b[transB ? j * k + l : l * m + j] ?? NaN;
  return Array.from({ length: n * m }, (_, index) => {
    let sum = 0;
    for (let l = 0; l < k; l++) sum += atA(Math.floor(index / m), l) * atB(l, index % m);
    return sum;
  });
}

describe('a product of matrices, batches of them, and one matrix for a whole batch', () => {
  for (const transA of [false, true])
    for (const transB of [false, true])
      test(`A${transA ? ' transposed' : ''}, B${transB ? ' transposed' : ''}`, async () => {
        const [n, k, m] = [2, 3, 4] as const;
        const graph = new Graph();
        const a = graph.input('a', 'float32', ['rows', ...(transA ? [k, n] : [n, k])]);
        const b = graph.input('b', 'float32', ['rows', ...(transB ? [m, k] : [k, m])]);
        const shared = graph.input('shared', 'float32', transB ? [m, k] : [k, m]);
        const outputs = [matmul(a, b, { transA, transB }), matmul(a, shared, { transA, transB })];
        for (const { shape } of outputs) assert.deepEqual(shape, ['rows', n, m]);
        const [left, right] = [filled(2 * n * k, 1), filled(2 * k * m, 4)];
        const [batched, one] = await runOnce(graph, outputs, {
          a: floats([2, ...(transA ? [k, n] : [n, k])], left),
          b: floats([2, ...(transB ? [m, k] : [k, m])], right),
          shared: floats(transB ? [m, k] : [k, m], right.slice(0, k * m)),
        });
        const half = (values: readonly number[], index: number) =>
          values.slice((index * values.length) / 2, ((index + 1) * values.length) / 2);
        assert.ok(batched && one);
        assert.deepEqual(
          numbers(batched),
          [0, 1].flatMap((row) => product(half(left, row), half(right, row), [n, k, m], transA, transB)),
        );
        assert.deepEqual(
          numbers(one),
          [0, 1].flatMap((row) => product(half(left, row), half(right, 0), [n, k, m], transA, transB)),
        );
      });
});

test('whole numbers', async () => {
  const graph = new Graph();
  const x = graph.constant('int64', [1, 2], BigInt64Array.of(3n, 4n));
  const [result] = await runOnce(graph, [matmul(x, graph.constant('int64', [2, 1], BigInt64Array.of(2n ** 40n, 1n)))]);
  assert.deepEqual(result?.data, BigInt64Array.of(3n * 2n ** 40n + 4n));
});

test('sizes that do not fit', () => {
  const graph = new Graph();
  const [a, b, vector] = [
    graph.input('a', 'float32', ['rows', 2, 3]),
    graph.input('b', 'float32', ['time', 3, 2]),
    graph.input('v', 'float32', [3]),
  ];
  assert.throws(() => matmul(a, b, { transB: true }), {
    name: 'ShapeError',
    message: 'MatMul: inner sizes 3 and 2 differ: [rows, 2, 3], [time, 3, 2]',
  });
  assert.throws(() => matmul(a, b), /MatMul: shapes do not broadcast: \[rows\], \[time\]/);
  assert.throws(() => matmul(a, vector), /MatMul: operands need two or more axes: \[rows, 2, 3\], \[3\]/);
});

describe('a product of two matrices by the standard operator', () => {
  for (const transB of [false, true])
    for (const biased of [false, true])
      test(`B${transB ? ' transposed' : ''}${biased ? ', plus a vector' : ''}`, async () => {
        const [n, k, m] = [2, 3, 4] as const;
        const graph = new Graph();
        const a = graph.input('a', 'float32', ['rows', k]);
        const b = graph.input('b', 'float32', transB ? [m, k] : [k, m]);
        const bias = graph.constant('float32', [m], Float32Array.of(100, 200, 300, 400));
        const output = gemm(a, b, { transB, bias: biased ? bias : null });
        assert.deepEqual(output.shape, ['rows', m]);
        const [left, right] = [filled(n * k, 1), filled(k * m, 4)];
        const [result] = await runOnce(graph, [output], {
          a: floats([n, k], left),
          b: floats(transB ? [m, k] : [k, m], right),
        });
        const products = product(left, right, [n, k, m], false, transB);
        const expected = products.map((value, index) => value + (biased ? 100 * ((index % m) + 1) : 0));
        assert.deepEqual(numbers(result ?? assert.fail()), expected);
      });

  test('sizes that do not fit', () => {
    const graph = new Graph();
    const [a, b] = [graph.input('a', 'float32', ['rows', 3]), graph.input('b', 'float32', [4, 3])];
    const cube = graph.input('c', 'float32', [2, 4, 3]);
    assert.throws(() => gemm(a, b, { transB: false, bias: null }), /Gemm: inner sizes 3 and 4 differ/);
    assert.throws(() => gemm(a, cube, { transB: true, bias: null }), /Gemm: operands need two axes/);
    assert.throws(() => gemm(a, b, { transB: true, bias: graph.ints([1]) }), /Gemm: the bias must have the size/);
  });
});
