import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkFedShapes, type FedShape } from './fedShapes.ts';
import type { Shape } from './shape.ts';

const one = (input: string, shape: Shape, ...fed: number[]): FedShape => ({ input, shape, fed });

test('shapes that fit', () => {
  checkFedShapes([
    one('targets', ['rows*time'], 6),
    one('tokens', ['rows', 'time'], 2, 3),
    one('cache', ['rows', 'past+time', 4], 2, 8, 4),
    one('mask', ['rows', 'past', 'past+time'], 2, 5, 8),
    one('temperature', []),
  ]);
});

test('the error says which input has which shape', () => {
  const message = "the graph's input x has shape [rows, 3] and was fed";
  assert.throws(() => checkFedShapes([one('x', ['rows', 3], 2, 4)]), { message: `${message} [2, 4]` });
  assert.throws(() => checkFedShapes([one('x', ['rows', 3], 2)]), { message: `${message} [2]` });
});

test('a name is one size', () => {
  assert.throws(() => checkFedShapes([one('a', ['n'], 2), one('b', ['n', 1], 3, 1)]), {
    message: "the graph's input b has shape [n, 1] and was fed [3, 1], where n is 2 in a",
  });
  assert.throws(() => checkFedShapes([one('a', ['n', 'n'], 2, 3)]), /where n is 2 in a$/);
});

test('products and sums are those of their names, in whatever order the inputs are', () => {
  assert.throws(() => checkFedShapes([one('flat', ['rows*time'], 7), one('tokens', ['rows', 'time'], 2, 3)]), {
    message:
      "the graph's input flat has shape [rows*time] and was fed [7], where rows is 2 in tokens and time is 3 in tokens",
  });
  assert.throws(() => checkFedShapes([one('a', ['2*n+1'], 6), one('b', ['n'], 2)]), /\[6\], where n is 2 in b$/);
});

test('a product with an unknown name is one size by itself', () => {
  checkFedShapes([one('a', ['rows*time'], 6), one('b', ['rows*time'], 6), one('c', ['rows'], 4)]);
  assert.throws(
    () => checkFedShapes([one('a', ['rows*time'], 6), one('b', ['rows*time'], 5)]),
    /rows\*time is 6 in a$/,
  );
});
