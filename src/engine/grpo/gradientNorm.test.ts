import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clipFactor, gradientNorm, squaredSum } from './gradientNorm.ts';

test('the norm is over all tensors together', () => {
  assert.equal(squaredSum(Float32Array.of(3, 0)), 9);
  assert.equal(gradientNorm([Float32Array.of(3, 0), Float32Array.of(-4)]), 5);
  assert.equal(gradientNorm([]), 0);
});

test('adds squares in double arithmetic', () => {
  // In float32 the sum would stop growing at 2^24.
  const ones = new Float32Array(2 ** 24 + 2).fill(1);
  assert.equal(squaredSum(ones), 2 ** 24 + 2);
});

test('clips to the norm asked for, as torch does, and leaves smaller gradients alone', () => {
  assert.equal(clipFactor(5, 1), 1 / (5 + 1e-6));
  assert.equal(clipFactor(0.5, 1), 1);
  assert.equal(clipFactor(0, 1), 1);
  assert.equal(clipFactor(1000, 0), 1);
});
