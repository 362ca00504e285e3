import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../protocol/errors.ts';
import { AdamW, type AdamWOptions } from './adamw.ts';

const options: AdamWOptions = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };
const RATE = 1e-3;
const sizes = new Map([['w', 2]]);

/** Algorithm 2 of arXiv:1711.05101 as it stands there, one weight in double arithmetic. */
function paper(
  weight: number,
  gradients: readonly number[],
  { beta1, beta2, epsilon, weightDecay }: AdamWOptions,
): number {
  let [m, v, theta] = [0, 0, weight];
  gradients.forEach((g, index) => {
    const t = index + 1;
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g * g;
    const mHat = m / (1 - beta1 ** t);
    const vHat = v / (1 - beta2 ** t);
    theta = theta - RATE * (mHat / (Math.sqrt(vHat) + epsilon)) - RATE * weightDecay * theta;
  });
  return theta;
}

function train(optimizer: AdamW, weights: Float32Array, gradients: readonly Float32Array[], factor = 1): void {
  for (const gradient of gradients) {
    optimizer.beginStep(RATE, factor);
    optimizer.update('w', weights, gradient);
  }
}

const small = fc.double({ min: -2, max: 2, noNaN: true }).map(Math.fround);

test("follows the paper's algorithm", () => {
  fc.assert(
    fc.property(small, fc.array(small, { minLength: 1, maxLength: 6 }), (weight, gradients) => {
      const weights = Float32Array.of(weight, 0);
      train(
        new AdamW(options, sizes),
        weights,
        gradients.map((g) => Float32Array.of(g, 0)),
      );
      const expected = paper(weight, gradients, options);
      assert.ok(Math.abs((weights[0] ?? NaN) - expected) <= 1e-6, `${weights[0]} is not ${expected}`);
    }),
  );
});

test('decay is decoupled: it shrinks the weight, not the gradient', () => {
  const weights = Float32Array.of(1, -1);
  train(new AdamW({ ...options, weightDecay: 0.5 }, sizes), weights, [new Float32Array(2)]);
  assert.deepEqual(weights, Float32Array.of(1 - RATE * 0.5, -1 + RATE * 0.5));
});

test('the factor acts as a smaller gradient would', () => {
  const gradients = [Float32Array.of(0.5, -2), Float32Array.of(-0.25, 1)];
  const [clipped, small] = [Float32Array.of(1, 1), Float32Array.of(1, 1)];
  train(new AdamW(options, sizes), clipped, gradients, 0.5);
  train(
    new AdamW(options, sizes),
    small,
    gradients.map((gradient) => gradient.map((g) => g * 0.5)),
  );
  assert.deepEqual(clipped, small);
});

test('tensors do not touch each other', () => {
  const two = new AdamW(
    options,
    new Map([
      ['w', 1],
      ['u', 1],
    ]),
  );
  const [w, u] = [Float32Array.of(1), Float32Array.of(1)];
  two.beginStep(RATE);
  two.update('u', u, Float32Array.of(3));
  two.update('w', w, Float32Array.of(-1));
  assert.ok((u[0] ?? 0) < 1 && (w[0] ?? 0) > 0.999);
  const alone = new AdamW(options, new Map([['w', 1]]));
  const other = Float32Array.of(1);
  alone.beginStep(RATE);
  alone.update('w', other, Float32Array.of(-1));
  assert.deepEqual(w, other);
});

test('a restored optimiser goes on as if it had never stopped', () => {
  const gradients = [
    [0.5, -2],
    [1, 0.1],
    [-3, 0.7],
    [0.2, 0.2],
  ].map((values) => Float32Array.from(values));
  const whole = Float32Array.of(1, -1);
  train(new AdamW(options, sizes), whole, gradients);

  const resumed = Float32Array.of(1, -1);
  const first = new AdamW(options, sizes);
  train(first, resumed, gradients.slice(0, 2));
  const saved = new Map(Array.from(first.stateTensors(), ([name, values]) => [name, values.slice()]));
  const second = new AdamW(options, sizes);
  second.restore(saved);
  assert.equal(second.steps, 2);
  train(second, resumed, gradients.slice(2));
  assert.deepEqual(resumed, whole);
  assert.deepEqual([...saved.keys()].sort(), ['exp_avg.w', 'exp_avg_sq.w', 'step']);
  // Taken over, not copied: with every weight of a model it is a gigabyte.
  assert.equal(saved.get('exp_avg.w'), second.stateTensors().get('exp_avg.w'));
});

test('refuses state of another run, and keeps its own', () => {
  const optimizer = new AdamW(options, sizes);
  train(optimizer, Float32Array.of(1, 1), [Float32Array.of(1, 2)]);
  const own = new Map(Array.from(optimizer.stateTensors(), ([name, values]) => [name, values.slice()]));
  const damaged = new Map([...own, ['exp_avg_sq.w', new Float32Array(3)] as const]);
  assert.throws(() => optimizer.restore(damaged), /exp_avg_sq\.w has 3 elements in place of 2/);
  const missing = new Map([...own].filter(([name]) => name !== 'exp_avg.w'));
  assert.throws(() => optimizer.restore(missing), /exp_avg\.w is missing/);
  assert.throws(() => optimizer.restore(new Map([...own, ['step', Float32Array.of(1.5)] as const])), UserError);
  assert.deepEqual(optimizer.stateTensors(), own);
});

test('refuses names and lengths that are not its own', () => {
  const optimizer = new AdamW(options, sizes);
  optimizer.beginStep(RATE);
  assert.throws(() => optimizer.update('x', new Float32Array(2), new Float32Array(2)), /no tensor x/);
  assert.throws(() => optimizer.update('w', new Float32Array(2), new Float32Array(1)), /w: 2 elements expected/);
});
