import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { floats, ints, numbers, ONE_THREAD, withSession } from '../../../test/support/onnx.ts';
import { Graph } from './graph.ts';
import * as op from './operations.ts';
import { serialize } from './serialize.ts';
import { Session, type Feeds } from './session.ts';

/** y = x + bias over `[rows, 2]`, z = the sum of x over its rows, w = z by `count`. */
function threeOutputs() {
  const graph = new Graph();
  const x = graph.input('x', 'float32', ['rows', 2]);
  const bias = graph.input('bias', 'float32', ['rows', 1]);
  const count = graph.input('count', 'int64', []);
  const z = op.reduceSum(x, [0]);
  return { graph, outputs: { y: op.add(x, bias), z, w: op.div(z, op.cast(count, 'float32')) } };
}

const FEEDS = { x: floats([2, 2], [1, 2, 3, 4]), bias: floats([2, 1], [10, 20]), count: ints([], [2]) };

test("NVIDIA's cards are told to multiply float32 as float32", () => {
  assert.equal(process.env['NVIDIA_TF32_OVERRIDE'], '0');
});

describe('a run', () => {
  test('gives all outputs, or those asked for', async () => {
    const { graph, outputs } = threeOutputs();
    await withSession(graph, outputs, async (session) => {
      assert.deepEqual(session.inputNames, ['x', 'bias', 'count']);
      const all = await session.run(FEEDS);
      assert.deepEqual(Object.keys(all).toSorted(), ['w', 'y', 'z']);
      assert.deepEqual(all['y'], { data: Float32Array.of(11, 12, 23, 24), dims: [2, 2] });
      assert.deepEqual(Object.keys(await session.run(FEEDS, ['z'])), ['z']);
      assert.deepEqual(numbers((await session.run(FEEDS, ['w', 'z'])).w), [2, 3]);
    });
  });

  test('leaves alone what the graph does not read', async () => {
    const { graph, outputs } = threeOutputs();
    await withSession(graph, { z: outputs.z }, async (session) => {
      assert.deepEqual(session.inputNames, ['x']);
      assert.deepEqual(numbers((await session.run(FEEDS, ['z'])).z), [4, 6]);
    });
  });

  test('takes other sizes the next time', async () => {
    const { graph, outputs } = threeOutputs();
    await withSession(graph, { z: outputs.z }, async (session) => {
      for (const rows of [1, 5, 0, 2]) {
        const { z } = await session.run({ x: floats([rows, 2], Array(2 * rows).fill(1)) }, ['z']);
        assert.deepEqual(numbers(z), [rows, rows]);
      }
    });
  });

  test('gives copies of its own', async () => {
    const { graph, outputs } = threeOutputs();
    await withSession(graph, { z: outputs.z }, async (session) => {
      const first = await session.run(FEEDS, ['z']);
      await session.run({ ...FEEDS, x: floats([2, 2], [5, 6, 7, 8]) }, ['z']);
      assert.deepEqual(numbers(first.z), [4, 6]);
    });
  });
});

describe('a run that cannot be', () => {
  const wrong: readonly { readonly about: string; readonly feeds: Feeds; readonly message: string | RegExp }[] = [
    {
      about: 'a missing input',
      feeds: { x: FEEDS.x, bias: FEEDS.bias },
      message: "the graph's input count was not fed",
    },
    {
      about: 'another type',
      feeds: { ...FEEDS, x: ints([2, 2], [1, 2, 3, 4]) },
      message: "the graph's input x is float32, a Float32Array, and was fed a BigInt64Array",
    },
    {
      about: 'another rank',
      feeds: { ...FEEDS, x: floats([4], [1, 2, 3, 4]) },
      message: "the graph's input x has shape [rows, 2] and was fed [4]",
    },
    {
      about: 'another size',
      feeds: { ...FEEDS, x: floats([1, 3], [1, 2, 3]) },
      message: "the graph's input x has shape [rows, 2] and was fed [1, 3]",
    },
    {
      about: 'a named size that is not the same everywhere',
      feeds: { ...FEEDS, bias: floats([3, 1], [1, 2, 3]) },
      message: "the graph's input bias has shape [rows, 1] and was fed [3, 1], where rows is 2 in x",
    },
    {
      about: 'too few numbers',
      feeds: { ...FEEDS, x: floats([2, 2], [1, 2, 3]) },
      message: "the graph's input x was fed 3 elements for shape [2, 2]",
    },
  ];
  for (const { about, feeds, message } of wrong)
    test(about, async () => {
      const { graph, outputs } = threeOutputs();
      await withSession(graph, outputs, (session) => assert.rejects(session.run(feeds), { message }));
    });

  test('for an output that the graph does not have', async () => {
    const { graph, outputs } = threeOutputs();
    await withSession(graph, outputs, (session) =>
      assert.rejects(session.run(FEEDS, ['y', 'loss']), {
        message: 'the graph has no output loss; its outputs are y, z, w',
      }),
    );
  });

  test('because ONNX Runtime finds what shapes do not show', async () => {
    const graph = new Graph();
    const rows = op.gather(graph.input('table', 'float32', [3, 2]), graph.input('ids', 'int64', ['n']));
    await withSession(graph, { rows }, (session) =>
      assert.rejects(
        session.run({ table: floats([3, 2], Array(6).fill(0)), ids: ints([1], [3]) }),
        /Gather.*out of data bounds/,
      ),
    );
  });
});

test('all element types go in and out', async () => {
  const graph = new Graph();
  const arrays = {
    float32: Float32Array.of(0.5, -1),
    int64: BigInt64Array.of(-(2n ** 60n), 1n),
    int32: Int32Array.of(-5, 7),
    bool: Uint8Array.of(1, 0),
    uint8: Uint8Array.of(255, 3),
  };
  const names = ['float32', 'int64', 'int32', 'bool', 'uint8'] as const;
  const outputs = Object.fromEntries(
    names.map((type) => [`${type} out`, op.reshape(graph.input(type, type, [2]), [2, 1])]),
  );
  const feeds = Object.fromEntries(names.map((type) => [type, { data: arrays[type], dims: [2] }]));
  const results = await withSession(graph, outputs, (session) => session.run(feeds));
  for (const type of names) assert.deepEqual(results[`${type} out`], { data: arrays[type], dims: [2, 1] });
});

test('a provider that is not there is an error when the session is opened', async () => {
  const { graph, outputs } = threeOutputs();
  await assert.rejects(
    Session.open(serialize(graph, outputs), { ...ONE_THREAD, providers: ['no such provider'] }),
    Error,
  );
});
