import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { floats, numbers, runOnce } from '../../../test/support/onnx.ts';
import { Graph, type Value } from '../onnx/graph.ts';
import { FULL_LEVELS, REDUCED_LEVELS } from '../onnx/integerProducts.ts';
import { dequantizeRows, matmulRows, matmulRowsTransposed } from '../onnx/operations.ts';
import { quantizeRows } from './rowQuantization.ts';

const wave = (count: number, step: number): Float32Array =>
  Float32Array.from({ length: count }, (_, index) => Math.sin(index * step));

const [ROWS, INNER, OUTER] = [5, 200, 7];
const MATRIX = { outFeatures: OUTER, inFeatures: INNER, layout: 'out-in' } as const;
const { values, scales } = quantizeRows(wave(OUTER * INNER, 0.37), MATRIX, FULL_LEVELS);
/** The matrix that the levels stand for. */
const restored = Float32Array.from(values, (level, place) => level * (scales[Math.floor(place / INNER)] ?? NaN));

/** With which products of the largest numbers are numbers still. */
const SMALL_SCALES = scales.map((scale) => scale * 1e-6);

type Product = (x: Value, values: Value, scales: Value) => Value;

async function run(product: Product, x: Float32Array, width: number, by = scales): Promise<number[]> {
  const graph = new Graph();
  const y = product(
    graph.input('x', 'float32', ['rows', width]),
    graph.constant('int8', [OUTER, INNER], values),
    graph.constant('float32', [OUTER], by),
  );
  const [result] = await runOnce(graph, [y], { x: floats([x.length / width, width], x) });
  return numbers(result ?? assert.fail('it has an output'));
}

test('no value is off by more than half a scale, whichever way the array lies', () => {
  const sizes = fc.record({ outFeatures: fc.integer({ min: 1, max: 5 }), inFeatures: fc.integer({ min: 1, max: 40 }) });
  const levels = fc.constantFrom(FULL_LEVELS, REDUCED_LEVELS);
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 99 }), levels, ({ outFeatures, inFeatures }, seed, most) => {
      const data = wave(outFeatures * inFeatures, seed);
      const quantized = quantizeRows(data, { outFeatures, inFeatures, layout: 'out-in' }, most);
      for (const [place, value] of data.entries()) {
        const scale = quantized.scales[Math.floor(place / inFeatures)] ?? NaN;
        const level = quantized.values[place] ?? NaN;
        assert.ok(Math.abs(level) <= most && Math.abs(level * scale - value) <= scale * 0.500001);
      }
      const transposed = data.map(
        (_, place) => data[(place % outFeatures) * inFeatures + Math.floor(place / outFeatures)] ?? NaN,
      );
      assert.deepEqual(quantizeRows(transposed, { outFeatures, inFeatures, layout: 'in-out' }, most), quantized);
    }),
  );
});

test('a row of zeros stays one, and an array of another size is refused', () => {
  const zeros = quantizeRows(new Float32Array(4), { outFeatures: 1, inFeatures: 4, layout: 'out-in' }, FULL_LEVELS);
  assert.deepEqual(zeros, { values: new Int8Array(4), scales: new Float32Array(1) });
  assert.throws(() => quantizeRows(new Float32Array(5), MATRIX, FULL_LEVELS), RangeError);
});

test('both products are those with the matrix that is meant, each row rounded by its own largest', async () => {
  const x = wave(ROWS * INNER, 0.11).map((value, place) => value * 10 ** Math.floor(place / INNER));
  const forward = await run(matmulRows, x, INNER);
  const dy = wave(ROWS * OUTER, 0.23).map((value, place) => value * 10 ** -Math.floor(place / OUTER));
  const backward = await run(matmulRowsTransposed, dy, OUTER);
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < OUTER; column++) {
      let exact = 0;
      for (let i = 0; i < INNER; i++) exact += (x[row * INNER + i] ?? NaN) * (restored[column * INNER + i] ?? NaN);
      assert.ok(Math.abs((forward[row * OUTER + column] ?? NaN) - exact) < 0.1 * 10 ** row, `${row}, ${column}`);
    }
    for (let i = 0; i < INNER; i++) {
      let exact = 0;
      for (let column = 0; column < OUTER; column++)
        exact += (dy[row * OUTER + column] ?? NaN) * (restored[column * INNER + i] ?? NaN);
      assert.ok(Math.abs((backward[row * INNER + i] ?? NaN) - exact) < 0.02 * 10 ** -row, `${row}, ${i}`);
    }
  }
});

test('a row is the same to the last bit whatever the others are, and zeros are zeros', async () => {
  const x = wave(ROWS * INNER, 0.11);
  x.fill(0, INNER, 2 * INNER);
  const all = await run(matmulRows, x, INNER);
  for (let row = 0; row < ROWS; row++) {
    const alone = await run(matmulRows, x.slice(row * INNER, (row + 1) * INNER), INNER);
    assert.deepEqual(all.slice(row * OUTER, (row + 1) * OUTER), alone);
  }
  assert.ok(all.slice(OUTER, 2 * OUTER).every((value) => value === 0));
});

test('the matrix comes back in float32', async () => {
  const back = await run((_, levels, steps) => dequantizeRows(levels, steps), new Float32Array(INNER), INNER);
  assert.deepEqual(back, [...restored]);
});

test('what is not finite makes its own row NaN, wherever in the row it stands, and numbers near the largest stay finite', async () => {
  for (const [product, width, wide] of [
    [matmulRows, INNER, OUTER],
    [matmulRowsTransposed, OUTER, INNER],
  ] as const) {
    for (const damage of [NaN, Infinity, -Infinity]) {
      for (const place of [0, 3, width - 1]) {
        const x = wave(ROWS * width, 0.11);
        x[2 * width + place] = damage;
        const y = await run(product, x, width);
        const damaged = y.map(Number.isNaN);
        assert.deepEqual(
          damaged,
          y.map((_, index) => Math.floor(index / wide) === 2),
        );
      }
    }
    const largest = await run(product, new Float32Array(width).fill(1e38), width, SMALL_SCALES);
    assert.ok(largest.every(Number.isFinite) && largest.some((value) => Math.abs(value) > 1));
  }
});
