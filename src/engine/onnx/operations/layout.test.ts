import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { floats, numbers, runOnce } from '../../../../test/support/onnx.ts';
import { gradients } from '../gradients.ts';
import { Graph, type Value } from '../graph.ts';
import type { Shape } from '../shape.ts';
import * as op from './layout.ts';
import { add, mul } from './elementwise.ts';
import { reduceSum, sumAll } from './reductions.ts';

const counting = (...dims: number[]) =>
  floats(
    dims,
    Array.from({ length: dims.reduce((product, size) => product * size, 1) }, (_, index) => index),
  );
const input = (...shape: Shape) => new Graph().input('x', 'float32', shape);

describe('reshape', () => {
  test('to itself is nothing', () => {
    const x = input('rows', 3);
    assert.equal(op.reshape(x, ['rows', 3]), x);
  });

  test('keeps the number of elements, whatever the names stand for', () => {
    assert.deepEqual(op.reshape(input('rows', 'time', 4), ['rows*time', 4]).shape, ['rows*time', 4]);
    assert.throws(() => op.reshape(input('rows', 'time', 4), ['rows', 4]), {
      name: 'ShapeError',
      message: 'Reshape: element counts differ: [rows, time, 4], [rows, 4]',
    });
  });

  test('finds the named sizes in its operand and in the inputs', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['rows', 'time', 6]);
    const flat = op.reshape(x, ['rows*time', 6]);
    // Both sizes of the target are unknown here.
    const heads = op.transpose(op.reshape(flat, ['rows', 'time', 2, 3]), [0, 2, 1, 3]);
    const grouped = op.reshape(heads, ['rows', 1, '2*time', 3]);
    const back = op.reshape(op.transpose(op.reshape(grouped, ['rows', 2, 'time', 3]), [0, 2, 1, 3]), [
      'rows',
      'time',
      6,
    ]);
    const results = await runOnce(graph, [flat, heads, grouped, back], { x: counting(2, 3, 6) });
    assert.deepEqual(numbers(results[3] ?? assert.fail()), numbers(counting(2, 3, 6)));
    assert.deepEqual(numbers(results[1] ?? assert.fail()).slice(0, 9), [0, 1, 2, 6, 7, 8, 12, 13, 14]);
  });

  test('a size may be 0 in a run, as that of an empty cache', async () => {
    const graph = new Graph();
    const cache = graph.input('cache', 'float32', ['rows', 'past', 8]);
    const values = [
      op.reshape(cache, ['past*rows', 8]),
      op.reshape(op.reshape(cache, ['past*rows', 8]), ['rows', 'past', 2, 4]),
      op.reshape(cache, ['rows', 2, 'past', 4]),
      op.reshape(cache, ['past', 'rows', 8]),
    ];
    await runOnce(graph, values, { cache: counting(2, 0, 8) });
  });
});

describe('expand', () => {
  test('to named sizes', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['rows', 1]);
    graph.input('tokens', 'float32', ['rows', 'time']);
    const feeds = { x: counting(2, 1), tokens: counting(2, 3) };
    const results = await runOnce(
      graph,
      [op.expand(x, ['rows', 'time']), op.expand(x, [2, 'rows', 1]), op.expand(x, ['time', 'rows', 'rows*time'])],
      feeds,
    );
    assert.deepEqual(numbers(results[0] ?? assert.fail()), [0, 0, 0, 1, 1, 1]);
  });

  test('to a shape that it does not fit', () => {
    assert.throws(
      () => op.expand(input('rows', 2), ['rows', 3]),
      /Expand: shapes do not broadcast: \[rows, 2\], \[rows, 3\]$/,
    );
    assert.throws(
      () => op.expand(input('rows', 2), ['rows', 1]),
      /Expand: does not broadcast: \[rows, 2\], \[rows, 1\]$/,
    );
  });
});

test('transpose', async () => {
  const graph = new Graph();
  const x = graph.input('x', 'float32', ['rows', 3]);
  const [turned] = await runOnce(graph, [op.transpose(x, [-1, 0])], { x: counting(2, 3) });
  assert.deepEqual(numbers(turned ?? assert.fail()), [0, 3, 1, 4, 2, 5]);
  for (const bad of [[0], [0, 0], [0, 1, 1], [1, -1]])
    assert.throws(() => op.transpose(x, bad), {
      name: 'ShapeError',
      message: `Transpose: [${bad.join()}] is no permutation of the axes: [rows, 3]`,
    });
  assert.throws(() => op.transpose(x, [0, 2]), /Transpose: axis 2 is out of range/);
});

describe('concat', () => {
  test('adds up sizes, named ones too', async () => {
    const graph = new Graph();
    const [past, present] = [
      graph.input('past', 'float32', ['rows', 'past', 2]),
      graph.input('present', 'float32', ['rows', 'time', 2]),
    ];
    const joined = op.concat([past, present], 1);
    assert.deepEqual(joined.shape, ['rows', 'past+time', 2]);
    assert.deepEqual(op.concat([present, past, past], -2).shape, ['rows', '2*past+time', 2]);
    const [result] = await runOnce(graph, [op.reshape(joined, ['rows', 2, 'past+time'])], {
      past: counting(1, 1, 2),
      present: counting(1, 2, 2),
    });
    assert.deepEqual(numbers(result ?? assert.fail()), [0, 1, 0, 1, 2, 3]);
  });

  test('of sizes that differ elsewhere', () => {
    const graph = new Graph();
    const [a, b, c] = [
      graph.input('a', 'float32', ['rows', 2]),
      graph.input('b', 'float32', ['time', 2]),
      graph.input('c', 'float32', ['rows']),
    ];
    assert.throws(() => op.concat([a, b], 1), {
      name: 'ShapeError',
      message: 'Concat: sizes differ outside axis 1: [rows, 2], [time, 2]',
    });
    assert.throws(() => op.concat([a, c], 1), ShapeErrorOf('Concat'));
    assert.throws(() => op.concat([], 0), { message: 'Concat: needs an operand' });
    assert.equal(op.concat([a], 0), a);
  });
});

describe('slice, split and pad', () => {
  test('parts of an axis', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['rows', 4]);
    assert.equal(op.slice(x, 1, 0, 4), x);
    const values = [op.slice(x, -1, 1, 3), op.slice(x, 1, 2, 2), op.splitLast(x, 3).head, op.splitLast(x, 3).last];
    assert.deepEqual((await runOnce(graph, values, { x: counting(2, 4) })).map(numbers), [
      [1, 2, 5, 6],
      [],
      [0, 1, 2, 4, 5, 6],
      [3, 7],
    ]);
  });

  test('a last axis of named size', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['rows', 'past+1']);
    graph.input('past', 'float32', ['past']);
    const { head, last } = op.splitLast(x, 'past');
    const results = await runOnce(graph, [head, last], { x: counting(2, 3), past: counting(2) });
    assert.deepEqual(results.map(numbers), [
      [0, 1, 3, 4],
      [2, 5],
    ]);
    assert.throws(() => op.splitLast(x, 'rows'), /Slice: the last axis is not rows \+ 1: \[rows, past\+1\]$/);
  });

  test('zeros around an axis', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['rows', 2]);
    assert.equal(op.pad(x, 0, 0, 0), x);
    const values = [op.pad(x, -1, 0, 2), op.pad(x, 0, 1, 0)];
    assert.deepEqual(values[1]?.shape, ['rows+1', 2]);
    assert.deepEqual((await runOnce(graph, values, { x: counting(2, 2) })).map(numbers), [
      [0, 1, 0, 0, 2, 3, 0, 0],
      [0, 0, 0, 1, 2, 3],
    ]);
  });

  test('what is outside of an axis', () => {
    const x = input('rows', 4);
    for (const [start, end] of [
      [-1, 2],
      [0, 5],
      [3, 2],
    ] as const)
      assert.throws(() => op.slice(x, 1, start, end), {
        name: 'ShapeError',
        message: `Slice: ${start}..${end} is outside axis 1: [rows, 4]`,
      });
    assert.throws(() => op.slice(x, 0, 0, 1), /Slice: the size of axis 0 must be a number/);
    assert.throws(() => op.pad(x, 1, -1, 0), /Pad: cannot add -1 and 0 elements/);
  });
});

const ShapeErrorOf = (operation: string) => ({ name: 'ShapeError', message: new RegExp(`^${operation}: `) });

/** One step of a chain of operations, chosen by a number. */
function step(x: Value, choice: number): Value {
  const rank = x.shape.length;
  const axis = choice % rank;
  switch (Math.floor(choice / 8) % 5) {
    case 0:
      return op.transpose(
        x,
        [...x.shape.keys()].map((position) => (position + axis) % rank),
      );
    case 1:
      return op.concat([x, x], axis);
    case 2:
      return rank > 1 ? reduceSum(x, [axis], choice % 2 === 0) : op.reshape(x, [1, ...x.shape]);
    case 3:
      return op.expand(op.reshape(x, [...x.shape, 1]), [...x.shape, 'time']);
    default:
      return op.pad(x, axis, 1, 0);
  }
}

test('whatever is done in a row, shapes at run time are those that were inferred', async () => {
  const chain = fc.array(fc.nat(39), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(
      chain,
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 3 }),
      async (choices, rows, time) => {
        const graph = new Graph();
        const values: Value[] = [graph.input('x', 'float32', ['rows', 'time'])];
        for (const choice of choices) values.push(step(values.at(-1) ?? assert.fail(), choice));
        // runOnce compares the shapes.
        await runOnce(graph, values, { x: counting(rows, time) });
      },
    ),
    { numRuns: 60 },
  );
});

describe('split', () => {
  test('parts an axis, whose sizes may be named, and the gradients of the parts are put together', async () => {
    const graph = new Graph();
    graph.input('a', 'float32', ['rows']);
    graph.input('b', 'float32', ['time']);
    const x = graph.input('x', 'float32', ['rows+time', 2]);
    const [first = assert.fail(), second = assert.fail()] = op.split(x, 0, ['rows', 'time']);
    const loss = add(sumAll(mul(first, 2)), sumAll(mul(second, mul(second, 3))));
    const feeds = { a: counting(1), b: counting(2), x: floats([3, 2], [0, 1, 4, 5, 6, 7]) };
    const results = await runOnce(graph, [first, second, ...gradients(loss, [x])], feeds);
    assert.deepEqual(results.map(numbers), [
      [0, 1],
      [4, 5, 6, 7],
      [2, 2, 24, 30, 36, 42],
    ]);
  });

  test('a part that nothing depends on has a gradient of 0', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['rows', 4]);
    const [, last = assert.fail()] = op.split(x, 1, [3, 1]);
    const results = await runOnce(graph, gradients(sumAll(last), [x]), { x: counting(1, 4) });
    assert.deepEqual(results.map(numbers), [[0, 0, 0, 1]]);
  });

  test('into one part is nothing', () => {
    const x = input('rows', 3);
    assert.deepEqual(op.split(x, 0, ['rows']), [x]);
  });

  test('the sizes are those of the whole axis', () => {
    assert.throws(() => op.split(input('rows', 4), 1, [2, 1]), /ShapeError: Split: the sizes of axis 1 come to 3/);
    assert.throws(() => op.split(input('rows', 4), 0, ['time']), /ShapeError: Split/);
  });
});
