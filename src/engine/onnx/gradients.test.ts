import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { floats, numbers, runOnce } from '../../../test/support/onnx.ts';
import { gradients } from './gradients.ts';
import { Graph, type CompositeRule, type Value } from './graph.ts';
import * as op from './operations.ts';

function vector(name = 'x') {
  const graph = new Graph();
  return { graph, x: graph.input(name, 'float32', ['n']) };
}

/** The gradients at x = [1, 2, 3]. */
async function at123(graph: Graph, wanted: readonly Value[]): Promise<number[][]> {
  return (await runOnce(graph, wanted, { x: floats([3], [1, 2, 3]) })).map(numbers);
}

test('a value that is used several times collects the gradients of all its uses', async () => {
  const { graph, x } = vector();
  const square = op.mul(x, x);
  const loss = op.sumAll(op.add(op.mul(square, x), op.add(op.exp(op.mul(x, 0)), square)));
  assert.deepEqual(await at123(graph, gradients(loss, [x])), [[5, 16, 33]]);
});

test('values on the way, and the loss itself, can be targets', async () => {
  const { graph, x } = vector();
  const square = op.mul(x, x);
  const total = op.sumAll(op.mul(square, 3));
  const loss = op.mul(total, total);
  assert.deepEqual(await at123(graph, gradients(loss, [loss, total, square, x])), [
    [1],
    [84],
    [252, 252, 252],
    [504, 1008, 1512],
  ]);
});

test('no gradient goes through stopGradient', async () => {
  const { graph, x } = vector();
  const loss = op.sumAll(op.mul(x, op.stopGradient(op.mul(x, x))));
  assert.deepEqual(await at123(graph, gradients(loss, [x])), [[1, 4, 9]]);
});

test('what nobody asked for is not computed', () => {
  const { graph, x } = vector();
  const weight = graph.input('weight', 'float32', ['n']);
  const loss = op.sumAll(op.mul(x, weight));
  const forward = graph.nodes.length;
  gradients(loss, [x]);
  const count = graph.nodes.slice(forward).filter(({ type }) => type === 'Mul').length;
  assert.equal(count, 1);
});

describe('errors', () => {
  test('a loss is one number', () => {
    const { x } = vector();
    assert.throws(() => gradients(x, [x]), { message: 'a loss is a scalar, not [n]' });
  });

  test('a loss that does not depend on its target', () => {
    const { graph, x } = vector();
    const other = graph.input('other', 'float32', ['n']);
    const message = 'the loss does not depend on other';
    assert.throws(() => gradients(op.sumAll(x), [x, other]), { message });
    assert.throws(() => gradients(op.sumAll(op.mul(x, op.stopGradient(other))), [other]), { message });
    assert.throws(() => gradients(op.sumAll(op.where(op.greater(other, 0), x, 1)), [other]), { message });
  });

  test('an operation without a rule, where the loss depends on a target through it', () => {
    const { x } = vector();
    const loss = op.sumAll(op.mul(op.cumSum(x), 2));
    assert.throws(() => gradients(loss, [x]), {
      message: 'CumSum has no gradient rule, and the loss depends on a target through it',
    });
  });

  test('not where it does not', async () => {
    const { graph, x } = vector();
    const loss = op.sumAll(op.mul(x, op.stopGradient(op.cumSum(x))));
    assert.deepEqual(await at123(graph, gradients(loss, [x])), [[1, 3, 6]]);
  });
});

describe('a composite operation', () => {
  /** x^2 and x^3 of three nodes, with a rule that is wrong on purpose, so that it is told from those of the nodes. */
  const powers = (x: Value, rule: CompositeRule) =>
    x.graph.composite(
      [x],
      () => {
        const square = op.mul(x, x);
        return [square, op.mul(square, x)];
      },
      rule,
    );

  test('has its own rule, once, with the gradients of all outputs', async () => {
    const { graph, x } = vector();
    const seen: (boolean | null)[][] = [];
    const [square, cube] = powers(op.mul(x, 1), ([dSquare, dCube], needs) => {
      seen.push([dSquare !== null, dCube !== null, needs(0)]);
      return [op.add(op.mul(dSquare ?? 0, x), op.mul(dCube ?? 0, 10))];
    });
    assert.ok(square && cube);
    const loss = op.sumAll(op.add(op.mul(square, 2), cube));
    assert.deepEqual(await at123(graph, gradients(loss, [x])), [[12, 14, 16]]);
    assert.deepEqual(seen, [[true, true, true]]);
  });

  test('gets null for an output that nothing depends on', () => {
    const { x } = vector();
    let given: readonly (Value | null)[] = [];
    const [square] = powers(x, (gradientsOfOutputs) => {
      given = gradientsOfOutputs;
      return [x];
    });
    assert.ok(square);
    gradients(op.sumAll(square), [x]);
    assert.notEqual(given[0], null);
    assert.equal(given[1], null);
  });

  test('that the loss does not need is left out', () => {
    const { x } = vector();
    powers(x, () => assert.fail('the rule was called'));
    gradients(op.sumAll(x), [x]);
  });

  test('is told which inputs matter', () => {
    const { graph, x } = vector();
    const weight = graph.input('weight', 'float32', ['n']);
    const [y] = graph.composite(
      [x, weight],
      () => [op.mul(x, weight)],
      (_, needs) => {
        assert.deepEqual([needs(0), needs(1), needs(2)], [false, true, false]);
        return [null, x];
      },
    );
    assert.ok(y);
    gradients(op.sumAll(y), [weight]);
  });

  test('must declare all that it reads, whether fed or computed', () => {
    const { graph, x } = vector();
    const fed = graph.input('weight', 'float32', ['n']);
    for (const weight of [fed, op.exp(fed)]) {
      const [y] = graph.composite(
        [x],
        () => [op.mul(op.neg(x), weight)],
        () => [x],
      );
      assert.ok(y);
      const message = `a composite operation uses ${weight.name} in its Mul without declaring it as an input`;
      assert.throws(() => gradients(op.sumAll(y), [fed]), { message });
      gradients(op.sumAll(y), [x]);
    }
  });
});
