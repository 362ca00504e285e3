import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Graph, typedArray } from './graph.ts';
import { add } from './operations.ts';

describe('names', () => {
  test('an input has the name that it was given, once', () => {
    const graph = new Graph();
    assert.equal(graph.input('x', 'float32', [1]).name, 'x');
    assert.throws(() => graph.input('x', 'float32', [1]), /already has an input or value called x/);
    const weight = graph.weight('w', 'float32', [1], { file: 'w.bin', offset: 0, bytes: 4 });
    assert.equal(weight.name, 'w');
    assert.throws(() => graph.input('w', 'float32', [1]), /already has an input or value called w/);
  });

  test('all values have different ones, even where an input is called like an inner value', () => {
    const graph = new Graph();
    const x = graph.input('Add.1', 'float32', [1]);
    const names = [x, add(x, x), graph.scalar(1), add(x, 1), add(x, 2)].map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
  });
});

describe('constants', () => {
  test('that are small and equal are one value', () => {
    const graph = new Graph();
    assert.equal(graph.scalar(1), graph.scalar(1));
    assert.equal(graph.ints([1, 2]), graph.ints([1, 2]));
    assert.equal(graph.constants.size, 2);
  });

  test('differ by type, shape and every bit', () => {
    const graph = new Graph();
    const ones = [
      graph.scalar(1),
      graph.scalar(1, 'int64'),
      graph.scalar(1, 'int32'),
      graph.scalar(1, 'bool'),
      graph.ints([1]),
    ];
    const zeros = [graph.scalar(0), graph.scalar(-0)];
    assert.equal(new Set([...ones, ...zeros]).size, 7);
  });

  test('that are large are not compared', () => {
    const graph = new Graph();
    const make = () => graph.constant('float32', [65], new Float32Array(65));
    assert.notEqual(make(), make());
  });

  test('have the data that their type and shape ask for', () => {
    const graph = new Graph();
    assert.throws(
      () => graph.constant('float32', [2, 2], new Float32Array(3)),
      /a constant of shape \[2, 2\] needs 4 elements, not 3/,
    );
    assert.throws(() => graph.constant('int32', [1], Float32Array.of(1)), /a int32 constant is given as Int32Array/);
    assert.throws(() => typedArray('int64', [0.5]), RangeError);
  });
});

test('sizes of inputs have canonical names', () => {
  const graph = new Graph();
  assert.deepEqual(graph.input('x', 'float32', ['rows*time', 'past+1', 2]).shape, ['rows*time', 'past+1', 2]);
  assert.throws(() => graph.input('y', 'float32', ['time*rows']), {
    name: 'ShapeError',
    message: 'input y: the size time*rows is written rows*time: [time*rows]',
  });
  assert.throws(() => graph.input('z', 'float32', ['(past+1)']), /\(past\+1\) is not a size/);
});
