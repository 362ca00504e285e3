import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { floats, numbers, runOnce } from '../../../test/support/onnx.ts';
import { blockBytes, blocksIn, type BlockQuantization } from '../onnx/blocks.ts';
import { Graph } from '../onnx/graph.ts';
import { matmulBlocks } from '../onnx/operations.ts';
import { quantizeMatrix } from './blockQuantization.ts';
import type { MatrixLayout } from './frozenMatrix.ts';

const KINDS: readonly BlockQuantization[] = [{ blockSize: 32 }, { blockSize: 128 }];

/** The matrix `[outFeatures, inFeatures]` that the levels stand for. */
function restored(data: Float32Array, matrix: MatrixLayout, quantization: BlockQuantization): number[] {
  const { blockSize } = quantization;
  const { values, scales } = quantizeMatrix(data, matrix, quantization);
  const blocks = blocksIn(matrix.inFeatures, quantization);
  return Array.from({ length: matrix.outFeatures * matrix.inFeatures }, (_, place) => {
    const [row, column] = [Math.floor(place / matrix.inFeatures), place % matrix.inFeatures];
    const block = row * blocks + Math.floor(column / blockSize);
    const within = column % blockSize;
    const byte = values[block * blockBytes(quantization) + (within >> 1)] ?? NaN;
    const level = within % 2 === 0 ? byte & 15 : byte >> 4;
    return (level - 8) * (scales[block] ?? NaN);
  });
}

const matrices = fc
  .record({ outFeatures: fc.integer({ min: 1, max: 5 }), inFeatures: fc.integer({ min: 1, max: 150 }) })
  .chain((sizes) =>
    fc.record({
      sizes: fc.constant(sizes),
      data: fc.float32Array({
        minLength: sizes.outFeatures * sizes.inFeatures,
        maxLength: sizes.outFeatures * sizes.inFeatures,
        min: -4,
        max: 4,
        noNaN: true,
      }),
    }),
  );

for (const kind of KINDS)
  describe(`4 bits in blocks of ${kind.blockSize}`, () => {
    test('no value is off by more than a level', () =>
      fc.assert(
        fc.property(matrices, ({ sizes, data }) => {
          const back = restored(data, { ...sizes, layout: 'out-in' }, kind);
          for (const [place, value] of data.entries()) {
            const largest = Math.max(...data.map(Math.abs));
            assert.ok(Math.abs((back[place] ?? NaN) - value) <= largest / 8 + 1e-6);
          }
        }),
      ));

    test('a transposed array is the same matrix', () =>
      fc.assert(
        fc.property(matrices, ({ sizes: { outFeatures, inFeatures }, data }) => {
          const transposed = data.map(
            (_, place) => data[(place % outFeatures) * inFeatures + Math.floor(place / outFeatures)] ?? NaN,
          );
          assert.deepEqual(
            quantizeMatrix(transposed, { outFeatures, inFeatures, layout: 'in-out' }, kind),
            quantizeMatrix(data, { outFeatures, inFeatures, layout: 'out-in' }, kind),
          );
        }),
      ));

    test('ONNX Runtime multiplies with the matrix that is meant, row by row', async () => {
      const [rows, inFeatures, outFeatures] = [3, 200, 7];
      const wave = (count: number, step: number): Float32Array =>
        Float32Array.from({ length: count }, (_, index) => Math.sin(index * step));
      const data = wave(outFeatures * inFeatures, 0.37);
      const x = wave(rows * inFeatures, 0.11);
      const back = restored(data, { outFeatures, inFeatures, layout: 'out-in' }, kind);
      const { values, scales } = quantizeMatrix(data, { outFeatures, inFeatures, layout: 'out-in' }, kind);
      const product = async (given: Float32Array): Promise<number[]> => {
        const graph = new Graph();
        const shape = [outFeatures, blocksIn(inFeatures, kind), blockBytes(kind)];
        const y = matmulBlocks(
          graph.input('x', 'float32', ['rows', inFeatures]),
          graph.constant('uint8', shape, values),
          graph.constant('float32', [scales.length], scales),
          kind,
        );
        const [result] = await runOnce(graph, [y], { x: floats([given.length / inFeatures, inFeatures], given) });
        return numbers(result ?? assert.fail('it has an output'));
      };
      const got = await product(x);
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < outFeatures; column++) {
          let exact = 0;
          for (let i = 0; i < inFeatures; i++)
            exact += (x[row * inFeatures + i] ?? NaN) * (back[column * inFeatures + i] ?? NaN);
          assert.ok(Math.abs((got[row * outFeatures + column] ?? NaN) - exact) < 1e-4, `${row}, ${column}: ${exact}`);
        }
      // Alone, a row comes to the same up to rounding.
      for (const [column, value] of (await product(x.slice(0, inFeatures))).entries())
        assert.ok(Math.abs(value - (got[column] ?? NaN)) < 1e-5, `${value}, ${got[column]}`);
    });
  });

test('a block of zeros stays one', () => {
  const { values, scales } = quantizeMatrix(
    new Float32Array(40),
    { outFeatures: 1, inFeatures: 40, layout: 'out-in' },
    { blockSize: 32 },
  );
  assert.ok(values.every((byte) => byte === 0x88));
  assert.deepEqual([...scales], [0, 0]);
});

test('an array of another size is refused', () => {
  assert.throws(
    () => quantizeMatrix(new Float32Array(5), { outFeatures: 2, inFeatures: 3, layout: 'out-in' }, { blockSize: 32 }),
    RangeError,
  );
});
