import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gradientCases } from '../../../test/support/gradientCases.ts';
import { checkGradients } from '../../../test/support/gradientCheck.ts';
import { floats, numbers, runOnce } from '../../../test/support/onnx.ts';
import { gradients } from './gradients.ts';
import { gradientRules, reduceTo } from './gradientRules.ts';
import { Graph, type Value } from './graph.ts';
import * as op from './operations.ts';

test('every rule has a case', () => {
  assert.deepEqual(new Set(gradientCases.map(({ rule }) => rule)), new Set(Object.keys(gradientRules)));
});

describe('a rule gives what central differences give', () => {
  for (const [index, one] of gradientCases.entries())
    test(`${one.rule}${one.about === '' ? '' : `: ${one.about}`}`, () => checkGradients(one, index));
});

/** The gradients of the sum of `build`'s output at the given numbers. */
async function gradientsAt(inputs: readonly (readonly number[])[], build: (...inputs: readonly Value[]) => Value) {
  const graph = new Graph();
  const values = inputs.map((one, index) => graph.input(`x${index}`, 'float32', [one.length]));
  const wanted = gradients(op.sumAll(build(...values)), values);
  const feeds = Object.fromEntries(inputs.map((one, index) => [`x${index}`, floats([one.length], one)]));
  return (await runOnce(graph, wanted, feeds)).map(numbers);
}

describe('where a function has a corner', () => {
  test('the smaller of two equals is the first', async () => {
    assert.deepEqual(
      await gradientsAt(
        [
          [1, 2],
          [1, 3],
        ],
        (a, b) => op.min(a, b),
      ),
      [
        [1, 1],
        [0, 0],
      ],
    );
  });

  test('the larger of two equals is the first', async () => {
    assert.deepEqual(
      await gradientsAt(
        [
          [1, 2],
          [1, 3],
        ],
        (a, b) => op.max(a, b),
      ),
      [
        [1, 0],
        [0, 1],
      ],
    );
  });

  test('both bounds of a clip let the gradient through', async () => {
    assert.deepEqual(await gradientsAt([[0.5, 1.5, 0.49, 1.51]], (x) => op.clip(x, 0.5, 1.5)), [[1, 1, 0, 0]]);
  });

  // What PPO's objective does at a ratio of 1, where the clipped and the unclipped product are equal.
  test('the smaller of a product and its clipped twin has the slope of the product', async () => {
    const [ratio] = await gradientsAt([[1, 1]], (x) => op.min(op.mul(x, 3), op.mul(op.clip(x, 0.8, 1.2), 3)));
    assert.deepEqual(ratio, [3, 3]);
  });

  test('what is not chosen may be infinite', async () => {
    const [x] = await gradientsAt([[0, 4]], (x) => op.where(op.greater(x, 0), op.sqrt(op.max(x, 1)), 0));
    assert.deepEqual(x, [0, 0.25]);
  });
});

test('a gradient over a named size that the rule must count is an error', () => {
  const graph = new Graph();
  const x = graph.input('x', 'float32', ['rows', 'time']);
  const mean = op.sumAll(op.reduceMean(x, [1]));
  assert.throws(() => gradients(mean, [x]), /^ShapeError: ReduceMean: .* named size time: \[rows, time\]$/);
  const joined = op.sumAll(op.concat([x, x], 1));
  assert.throws(() => gradients(joined, [x]), /^ShapeError: Concat: .* named size time/);
});

test('a gradient is summed over the axes that broadcasting added or stretched, and over no others', () => {
  const graph = new Graph();
  const gradient = graph.input('gradient', 'float32', ['rows', 3, 'time', 1]);
  assert.deepEqual(reduceTo(gradient, ['rows', 3, 'time', 1]), gradient);
  assert.deepEqual(reduceTo(gradient, [3, 1, 1]).shape, [3, 1, 1]);
  assert.deepEqual(reduceTo(gradient, []).shape, []);
});
