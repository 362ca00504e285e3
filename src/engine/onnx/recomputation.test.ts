import assert from 'node:assert/strict';
import { test } from 'node:test';
import { floats, numbers, runOnce } from '../../../test/support/onnx.ts';
import { gradients } from './gradients.ts';
import { Graph, type Value } from './graph.ts';
import * as op from './operations.ts';

/** Two layers x + tanh(w x) u, each a segment, of x = [0.1, 0.2, 0.3]. */
function twoLayers() {
  const graph = new Graph();
  const x = graph.input('x', 'float32', ['n']);
  const w = graph.input('w', 'float32', ['n']);
  const layer = (input: Value, scale: Value): Value =>
    graph.segment(input, () => op.add(input, op.mul(op.tanh(op.mul(input, w)), scale)));
  // Follows from no layer's input.
  const scale = op.exp(w);
  const loss = op.sumAll(op.exp(layer(layer(x, scale), scale)));
  return { graph, x, w, loss };
}

const feeds = { x: floats([3], [0.1, 0.2, 0.3]), w: floats([3], [1, -2, 0.5]) };
const count = ({ nodes }: Graph, type: string): number => nodes.filter((node) => node.type === type).length;

test('gradients are the same bytes', async () => {
  const { graph, x, w, loss } = twoLayers();
  const kept = gradients(loss, [x, w]);
  const again = gradients(loss, [x, w], { recompute: true });
  const [dx, dw, dx2, dw2] = (await runOnce(graph, [...kept, ...again], feeds)).map(numbers);
  assert.deepEqual([dx2, dw2], [dx, dw]);
});

test('only what follows from the input of a segment is computed a second time, and only what is read', () => {
  const { graph, x, w, loss } = twoLayers();
  const before = { tanh: count(graph, 'Tanh'), exp: count(graph, 'Exp') };
  gradients(loss, [x, w], { recompute: true });
  assert.deepEqual(
    { tanh: count(graph, 'Tanh'), exp: count(graph, 'Exp') },
    { tanh: 2 * before.tanh, exp: before.exp },
  );
});

test('a mask that is drawn after the input of a segment is drawn a second time, and has no gradient', () => {
  const graph = new Graph();
  const keys = graph.input('keys', 'int64', ['n']);
  const x = graph.input('x', 'float32', ['n']);
  const output = graph.segment(x, () => {
    const mask = op.cast(op.lessOrEqual(op.mod(op.after(keys, x), 7), 3), 'float32');
    return op.mul(x, op.mul(mask, 2));
  });
  const loss = op.sumAll(op.exp(output));
  gradients(loss, [x]);
  // A gradient of the mask would be a second one.
  const products = graph.nodes.filter(({ type, inputs }) => type === 'Mul' && inputs.includes(x));
  assert.equal(products.length, 1);
  assert.equal(count(graph, 'Mod'), 1);
  gradients(loss, [x], { recompute: true });
  assert.equal(count(graph, 'Mod'), 2);
});

test('it begins when the gradient of the output is there, from an input that is not the same value', () => {
  const { graph, x, w, loss } = twoLayers();
  const forward = graph.nodes.length;
  gradients(loss, [x, w], { recompute: true });
  const backward = graph.nodes.slice(forward);
  const added = new Set(backward);
  // What the way back reads of the layers directly is the input of each, in that one place.
  const [first, second] = graph.segments;
  assert.ok(first && second);
  const inner = new Set(graph.segments.flatMap(({ nodes }) => [...nodes].flatMap(({ outputs }) => outputs)));
  const reads = backward.filter(({ inputs }) => inputs.some((input) => input !== null && inner.has(input)));
  const last = second.output;
  assert.deepEqual(
    reads.filter(({ inputs }) => !inputs.includes(last)).map(({ type, inputs }) => [type, inputs[0]]),
    [['Reshape', second.input]],
  );
  for (const { inputs } of reads.filter(({ type }) => type === 'Reshape')) {
    const [gradient] = inputs[1]?.node?.inputs ?? [];
    assert.ok(gradient?.node && added.has(gradient.node));
  }
});

test('a segment that the loss does not depend on is left alone', () => {
  const { graph, x } = twoLayers();
  const loss = op.sumAll(op.mul(x, x));
  const before = count(graph, 'Tanh');
  gradients(loss, [x], { recompute: true });
  assert.equal(count(graph, 'Tanh'), before);
});

test('input and output of a segment have one shape', () => {
  const graph = new Graph();
  const x = graph.input('x', 'float32', ['n']);
  const total = graph.segment(x, () => op.sumAll(op.mul(x, x)));
  assert.throws(() => gradients(total, [x], { recompute: true }), /input and output of a segment differ/);
});
