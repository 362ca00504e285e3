/**
 * Runs a forward and backward pass over many layers of five large values each, `node peakOfBackward.ts keep|recompute`, and writes how much
 * the process grew by then, in bytes.
 */
import { gradients } from '../../src/engine/onnx/gradients.ts';
import { Graph } from '../../src/engine/onnx/graph.ts';
import * as op from '../../src/engine/onnx/operations.ts';
import { floats, withSession } from '../support/onnx.ts';

const LAYERS = 16;
/** Of 4 MB a value. */
const ROWS = 4096;
const FEATURES = 256;
const KILOBYTE = 1024;

const graph = new Graph();
let x = graph.input('x', 'float32', ['rows', FEATURES]);
const weights = Array.from({ length: LAYERS }, (_, layer) => graph.input(`w${layer}`, 'float32', [FEATURES]));
for (const w of weights) {
  const input = x;
  x = graph.segment(input, () => {
    let inner = input;
    for (let step = 0; step < 3; step++) inner = op.tanh(op.mul(inner, w));
    return op.add(input, inner);
  });
}
const found = gradients(op.sumAll(op.mul(x, x)), weights, { recompute: process.argv[2] === 'recompute' });
const outputs = Object.fromEntries(found.map((gradient, layer) => [`gradient ${layer}`, gradient]));
const feeds = Object.fromEntries([
  ['x', floats([ROWS, FEATURES], new Float32Array(ROWS * FEATURES).fill(0.5))],
  ...weights.map((_, layer) => [`w${layer}`, floats([FEATURES], new Float32Array(FEATURES).fill(0.5))] as const),
]);
await withSession(graph, outputs, async (session) => {
  const before = process.resourceUsage().maxRSS;
  await session.run(feeds);
  console.log((process.resourceUsage().maxRSS - before) * KILOBYTE);
});
