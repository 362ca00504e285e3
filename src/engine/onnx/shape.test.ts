import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  broadcastShapes,
  dimAt,
  dimProduct,
  dimSum,
  dimTerms,
  formatShape,
  normalizeAxis,
  sameShape,
  ShapeError,
  type Dim,
} from './shape.ts';

const NAMES = ['rows', 'time', 'past', 'n'];
const dim = fc.oneof(fc.nat(6), fc.constantFrom(...NAMES));
/** A size as products and sums make it. */
const builtDim: fc.Arbitrary<Dim> = fc
  .array(fc.array(dim, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 })
  .map((terms) => terms.map(dimProduct).reduce(dimSum));
const sizes = fc.record({ rows: fc.nat(9), time: fc.nat(9), past: fc.nat(9), n: fc.nat(9) });

/** What a size is where its names stand for numbers, by JavaScript's own arithmetic. */
function evaluate(size: Dim, of: Readonly<Record<string, number>>): number {
  return String(size)
    .split('+')
    .map((term) => term.split('*').reduce((product, part) => product * (of[part] ?? Number(part)), 1))
    .reduce((sum, term) => sum + term);
}

describe('products and sums of sizes', () => {
  test('are written in one way', () => {
    assert.equal(dimProduct([]), 1);
    assert.equal(dimProduct([2, 3]), 6);
    assert.equal(dimProduct(['time', 2, 'rows', 3]), '6*rows*time');
    assert.equal(dimProduct(['rows', 0]), 0);
    assert.equal(dimSum(2, 3), 5);
    assert.equal(dimSum('past', 0), 'past');
    assert.equal(dimSum(1, 'past'), 'past+1');
    assert.equal(dimSum(dimSum('past', 1), 1), 'past+2');
    assert.equal(dimSum('past', 'past'), '2*past');
    assert.equal(dimProduct(['rows', dimSum('time', 'past')]), 'past*rows+rows*time');
  });

  test('have the value of what they are made of', () => {
    fc.assert(
      fc.property(builtDim, builtDim, sizes, (a, b, of) => {
        assert.equal(evaluate(dimProduct([a, b]), of), evaluate(a, of) * evaluate(b, of));
        assert.equal(evaluate(dimSum(a, b), of), evaluate(a, of) + evaluate(b, of));
      }),
    );
  });

  test('do not depend on order and grouping', () => {
    fc.assert(
      fc.property(builtDim, builtDim, builtDim, (a, b, c) => {
        assert.equal(dimProduct([a, b, c]), dimProduct([c, dimProduct([b, a])]));
        assert.equal(dimSum(dimSum(a, b), c), dimSum(a, dimSum(c, b)));
        assert.equal(dimProduct([a, dimSum(b, c)]), dimSum(dimProduct([a, b]), dimProduct([a, c])));
        assert.equal(dimProduct([a]), a);
      }),
    );
  });

  test('come apart into the products that are summed', () => {
    assert.deepEqual(dimTerms('2*rows*time+1'), [
      { factor: 2, names: ['rows', 'time'] },
      { factor: 1, names: [] },
    ]);
  });

  test('are made of whole numbers and names', () => {
    for (const bad of [-1, 1.5, NaN, Infinity, '', 'rows+', '(a+b)', 'a b', '-1', '1.5'])
      assert.throws(() => dimProduct([bad]), ShapeError, String(bad));
  });
});

/** NumPy's rule on shapes filled up with 1 on the left. */
function modelOfBroadcast(a: readonly Dim[], b: readonly Dim[]): readonly Dim[] | null {
  const rank = Math.max(a.length, b.length);
  const filled = [a, b].map((shape) => [...Array<Dim>(rank - shape.length).fill(1), ...shape]);
  const columns = Array.from({ length: rank }, (_, axis) => filled.map((shape) => shape[axis]));
  const sizes = columns.map((column) => new Set(column.filter((size) => size !== 1)));
  return sizes.some((set) => set.size > 1) ? null : sizes.map((set) => [...set][0] ?? 1);
}

describe('broadcasting', () => {
  const shape = fc.array(fc.constantFrom<Dim>(1, 1, 2, 0, 'rows', 'time'), { maxLength: 4 });

  test('is that of NumPy, where a name is a size that only it and 1 fit', () => {
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        const expected = modelOfBroadcast(a, b);
        if (expected) assert.deepEqual(broadcastShapes('Add', a, b), expected);
        else assert.throws(() => broadcastShapes('Add', a, b), ShapeError);
      }),
    );
  });

  test('says which operation and shapes do not fit', () => {
    assert.throws(() => broadcastShapes('Add', ['rows', 3], [4]), {
      name: 'ShapeError',
      message: 'Add: shapes do not broadcast: [rows, 3], [4]',
    });
  });
});

test('axes count from either end', () => {
  assert.equal(normalizeAxis('Softmax', -1, [2, 3]), 1);
  assert.equal(normalizeAxis('Softmax', 1, [2, 3]), 1);
  assert.equal(normalizeAxis('Softmax', 0, [2, 3]), 0);
  assert.equal(dimAt('Softmax', ['rows', 3], -2), 'rows');
  for (const axis of [2, -3])
    assert.throws(() => normalizeAxis('Softmax', axis, [2, 3]), /Softmax: axis .*: \[2, 3\]$/);
  assert.throws(() => dimAt('Softmax', [], -1), ShapeError);
});

test('shapes are equal by size and rank', () => {
  assert.ok(sameShape([], []));
  assert.ok(sameShape(['rows', 2], ['rows', 2]));
  assert.ok(!sameShape(['rows', 2], ['rows', 2, 1]));
  assert.ok(!sameShape(['rows', 2], ['time', 2]));
  assert.equal(formatShape(['rows', 12, 64]), '[rows, 12, 64]');
});
