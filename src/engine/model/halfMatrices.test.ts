import assert from 'node:assert/strict';
import { test } from 'node:test';
import { float16ToFloat32 } from '../onnx/float16.ts';
import { Graph, type Value } from '../onnx/graph.ts';
import { serialize } from '../onnx/serialize.ts';
import { Session } from '../onnx/session.ts';
import { uniforms } from '../random/keyed.ts';
import type { MatrixLayout } from './frozenMatrix.ts';
import { frozenHalves, halfMatrix, requireFloat16 } from './halfMatrices.ts';

const ROWS = 3;

/** x W^T, dy W and W of a matrix, in 16 bits and by hand in float64. */
async function products(matrix: MatrixLayout, value: () => number) {
  const { outFeatures, inFeatures, layout } = matrix;
  const fill = (count: number): Float32Array => Float32Array.from({ length: count }, value);
  const [w, x, dy] = [fill(outFeatures * inFeatures), fill(ROWS * inFeatures), fill(ROWS * outFeatures)];
  const graph = new Graph();
  const halves = halfMatrix(w, matrix);
  const weight = (dtype: 'float16', shape: Value['shape']): Value => graph.constant(dtype, shape.map(Number), halves);
  const { forward, backward, dequantized } = frozenHalves(matrix, weight);
  const outputs = {
    forward: forward(graph.input('x', 'float32', ['rows', inFeatures])),
    backward: backward(graph.input('dy', 'float32', ['rows', outFeatures])),
    dequantized: dequantized(),
  };
  const session = await Session.open(serialize(graph, outputs), { providers: ['cpu'], threads: 1, use: 'train' });
  const feeds = { x: { data: x, dims: [ROWS, inFeatures] }, dy: { data: dy, dims: [ROWS, outFeatures] } };
  const results = await session.run(feeds, ['forward', 'backward', 'dequantized']);
  await session.release();
  const at = (out: number, feature: number): number =>
    w[layout === 'out-in' ? out * inFeatures + feature : feature * outFeatures + out] ?? NaN;
  const sum = (count: number, term: (index: number) => number): number =>
    Array.from({ length: count }, (_, index) => term(index)).reduce((total, one) => total + one, 0);
  const table = (columns: number, cell: (row: number, column: number) => number): number[] =>
    Array.from({ length: ROWS * columns }, (_, i) => cell(Math.floor(i / columns), i % columns));
  return {
    got: [results.forward, results.backward].map(({ data }) => Array.from(data, Number)),
    expected: [
      table(outFeatures, (row, out) => sum(inFeatures, (i) => (x[row * inFeatures + i] ?? NaN) * at(out, i))),
      table(inFeatures, (row, i) => sum(outFeatures, (out) => (dy[row * outFeatures + out] ?? NaN) * at(out, i))),
    ],
    whole: Array.from(results.dequantized.data, Number),
    rounded: Array.from(
      { length: outFeatures * inFeatures },
      (_, i) =>
        float16ToFloat32(
          halfMatrix(Float32Array.of(at(Math.floor(i / inFeatures), i % inFeatures)), { ...matrix, layout: 'in-out' }),
        )[0],
    ),
  };
}

// One block, several, of a size that 128 does not divide, and a prime number of features.
for (const inFeatures of [4, 256, 300, 131])
  for (const layout of ['in-out', 'out-in'] as const)
    test(`${inFeatures} features, ${layout}: forward, backward and the matrix itself`, async () => {
      const next = uniforms(1, 'init', [inFeatures]);
      const matrix = { outFeatures: 5, inFeatures, layout };
      const whole = await products(matrix, () => Math.floor(next() * 9) - 4);
      assert.deepEqual(whole.got, whole.expected, 'small whole numbers are exact in 16 bits');
      const real = await products(matrix, () => 2 * next() - 1);
      assert.deepEqual(real.whole, real.rounded);
      for (const [kind, numbers] of real.got.entries())
        for (const [index, number] of numbers.entries())
          // Each of the two factors is off by 2^-11 of itself at most, and they are below 1.
          assert.ok(Math.abs(number - (real.expected[kind]?.[index] ?? NaN)) < 2 ** -10 * Math.sqrt(inFeatures));
    });

test('a number that would become infinite is refused by its place; what is no number already is not', () => {
  const location = { name: 'w', dtype: 'F32', shape: [2, 3], offset: 0, bytes: 24, file: 'm.safetensors' } as const;
  requireFloat16(location, Float32Array.of(0, 65519, -65519, Infinity, NaN, 1));
  assert.throws(() => requireFloat16(location, Float32Array.of(0, 1, 2, 3, -65520, 7)), {
    name: 'UserError',
    message: /^The tensor w has -65520 at \[1, 1\] \(m\.safetensors\).*65504\. Set lora\.base and rollout\.weights/,
  });
});
