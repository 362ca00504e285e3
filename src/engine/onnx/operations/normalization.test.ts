import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertClose } from '../../../../test/support/assertClose.ts';
import { floats, numbers, runOnce } from '../../../../test/support/onnx.ts';
import { Graph } from '../graph.ts';
import { layerNorm, logSoftmax, rmsNorm, softmax } from './normalization.ts';

const ROW = [0.5, -1, 2, 3];
const WEIGHT = [1, 2, -1, 0.5];
const BIAS = [0, 1, 0, -1];
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value) / values.length;
const at = (values: readonly number[], index: number): number => values[index] ?? NaN;

/** What an operation gives for the last of three rows. */
async function lastRow(name: 'softmax' | 'logSoftmax' | 'layerNorm' | 'rmsNorm', epsilon = 0): Promise<number[]> {
  const graph = new Graph();
  const x = graph.input('x', 'float32', ['rows', 4]);
  const weight = graph.constant('float32', [4], Float32Array.from(WEIGHT));
  const bias = graph.constant('float32', [4], Float32Array.from(BIAS));
  const made = {
    softmax: () => softmax(x),
    logSoftmax: () => logSoftmax(x),
    layerNorm: () => layerNorm(x, weight, bias, epsilon),
    rmsNorm: () => rmsNorm(x, weight, epsilon),
  };
  const [result] = await runOnce(graph, [made[name]()], { x: floats([3, 4], [9, 8, 7, 6, 1, 0, 0, 0, ...ROW]) });
  assert.ok(result);
  return numbers(result).slice(-4);
}

test('softmax and its logarithm', async () => {
  const total = ROW.reduce((sum, value) => sum + Math.exp(value), 0);
  assertClose(
    await lastRow('softmax'),
    ROW.map((value) => Math.exp(value) / total),
  );
  assertClose(
    await lastRow('logSoftmax'),
    ROW.map((value) => value - Math.log(total)),
  );
});

test('layer normalisation', async () => {
  for (const epsilon of [1e-5, 0.5]) {
    const center = mean(ROW);
    const deviation = Math.sqrt(mean(ROW.map((value) => (value - center) ** 2)) + epsilon);
    assertClose(
      await lastRow('layerNorm', epsilon),
      ROW.map((value, i) => ((value - center) / deviation) * at(WEIGHT, i) + at(BIAS, i)),
    );
  }
});

test('root-mean-square normalisation', async () => {
  for (const epsilon of [1e-5, 0.5]) {
    const rms = Math.sqrt(mean(ROW.map((value) => value ** 2)) + epsilon);
    assertClose(
      await lastRow('rmsNorm', epsilon),
      ROW.map((value, i) => (value / rms) * at(WEIGHT, i)),
    );
  }
});

test('weight and bias are as long as the last axis', () => {
  const graph = new Graph();
  const [x, wrong, right] = [
    graph.input('x', 'float32', ['rows', 4]),
    graph.input('w', 'float32', [3]),
    graph.input('b', 'float32', [4]),
  ];
  assert.throws(() => layerNorm(x, wrong, right, 1e-5), /^ShapeError: LayerNormalization: .*: \[rows, 4\], \[3\]$/);
  assert.throws(() => layerNorm(x, right, wrong, 1e-5), /^ShapeError: LayerNormalization/);
  assert.throws(() => rmsNorm(x, wrong, 1e-5), /^ShapeError: SimplifiedLayerNormalization/);
});

test('there must be a last axis', () => {
  const scalar = new Graph().input('x', 'float32', []);
  assert.throws(() => softmax(scalar), /Softmax: axis -1 is out of range: \[\]/);
  assert.throws(() => logSoftmax(scalar), /LogSoftmax: axis -1 is out of range: \[\]/);
});
