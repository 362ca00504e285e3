import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { floats, numbers, withSession } from '../../../test/support/onnx.ts';
import { Graph } from './graph.ts';
import * as op from './operations.ts';
import { serialize } from './serialize.ts';

const contains = (bytes: Uint8Array, text: string): boolean => Buffer.from(bytes).includes(text);
const x12 = { x: floats([2], [1, 2]) };

/** What all outputs are for x = [1, 2]. */
function outputsAt12(graph: Graph, outputs: Parameters<typeof serialize>[1]): Promise<Record<string, number[]>> {
  return withSession(graph, outputs, async (session) =>
    Object.fromEntries(Object.entries(await session.run(x12)).map(([name, tensor]) => [name, numbers(tensor)])),
  );
}

describe('only what the outputs need is written', () => {
  test('nodes, inputs, constants and weights', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    const unused = graph.input('unused', 'float32', [2]);
    const weight = graph.weight('weight', 'float32', [2], { file: 'missing.bin', offset: 0, bytes: 8 });
    op.tanh(op.mul(op.add(x, unused), op.mul(weight, 1234)));
    const model = serialize(graph, { y: op.add(x, 1) });
    assert.deepEqual([...model.inputs.keys()], ['x']);
    for (const text of ['Tanh', 'unused', 'weight', 'missing.bin']) assert.ok(!contains(model.bytes, text), text);
    assert.ok(contains(model.bytes, 'Add'));
    assert.deepEqual(await outputsAt12(graph, { y: op.add(x, 1) }), { y: [2, 3] });
  });

  test('a node with several outputs is written whole', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    const { indices } = op.topK(x, graph.ints([1]), 1);
    assert.deepEqual(await outputsAt12(graph, { indices }), { indices: [1] });
  });
});

test('of ends that nothing reads, the one that can be had first is the last, for that is where ONNX Runtime begins', () => {
  const graph = new Graph();
  const x = graph.input('x', 'float32', [2]);
  const way = op.tanh(x);
  const early = op.neg(way);
  const late = op.exp(op.add(way, 1));
  const text = Buffer.from(serialize(graph, { early, late }).bytes).toString('latin1');
  const written = ['Tanh', 'Add', 'Exp', 'Neg'];
  assert.deepEqual(
    written.toSorted((a, b) => text.indexOf(a) - text.indexOf(b)),
    written,
  );
});

describe('outputs have their given names', () => {
  test('one value may have several', async () => {
    const graph = new Graph();
    const y = op.neg(graph.input('x', 'float32', [2]));
    assert.deepEqual(await outputsAt12(graph, { first: y, second: y, next: op.add(y, 1) }), {
      first: [-1, -2],
      second: [-1, -2],
      next: [0, -1],
    });
  });

  test('an input, a constant or a weight can be one, under its own name too', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    const five = graph.scalar(5);
    assert.deepEqual(await outputsAt12(graph, { x, copy: x, five, [five.name]: five }), {
      x: [1, 2],
      copy: [1, 2],
      five: [5],
      [five.name]: [5],
    });
  });

  test('a name may be that of another value inside', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    const [three, sum] = [graph.scalar(3), op.add(x, 0.5)];
    const product = op.mul(sum, three);
    assert.deepEqual(await outputsAt12(graph, { [three.name]: product, [sum.name]: x, [product.name]: sum }), {
      [three.name]: [4.5, 7.5],
      [sum.name]: [1, 2],
      [product.name]: [1.5, 2.5],
    });
  });

  test('but not that of another input', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    assert.throws(
      () => serialize(graph, { x: op.neg(x) }),
      /the name x is that of an input and cannot be that of another value's output/,
    );
  });
});

test('all types of attributes and constants arrive', async () => {
  const graph = new Graph();
  const x = graph.input('x', 'float32', [2]);
  const bytes = graph.constant('uint8', [2], Uint8Array.of(255, 0));
  const flags = graph.constant('bool', [2], Uint8Array.of(1, 0));
  const whole = graph.constant('int32', [2], Int32Array.of(-7, 2 ** 31 - 1));
  const large = graph.constant('int64', [2], BigInt64Array.of(-(2n ** 62n), 3n));
  // A view into a larger buffer.
  const part = graph.constant('float32', [2], Float32Array.of(9, 0.5, 0.25, 9).subarray(1, 3));
  const two = op.reshape(x, [1, 2]);
  const outputs = {
    bytes: op.cast(bytes, 'float32'),
    flags: op.where(flags, x, part),
    whole: op.max(whole, whole),
    large: op.div(large, 2 ** 40),
    // Attributes: a list of integers, a float, a negative integer, a string.
    transposed: op.transpose(two, [1, 0]),
    normalised: op.rmsNorm(two, graph.constant('float32', [2], Float32Array.of(1, 1)), 1.5),
    summed: op.softmax(op.mul(two, 0)),
    added: op.scatterAdd(x, graph.ints([1, 1]), x, 0),
  };
  assert.deepEqual(await outputsAt12(graph, outputs), {
    bytes: [255, 0],
    flags: [1, 0.25],
    whole: [-7, 2 ** 31 - 1],
    large: [-(2 ** 22), 0],
    transposed: [1, 2],
    normalised: [0.5, 1],
    summed: [0.5, 0.5],
    added: [1, 5],
  });
});
