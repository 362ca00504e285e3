import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedMemory } from './expectedMemory.ts';

const sampled = { peakBytes: 2e9, updateBytes: 1e9, widerUpdates: 1, processes: 3, moreCacheBytes: 0, longerRows: 1 };

test('a few steps need what the sample needed, many what the processes take besides', () => {
  const few = expectedMemory(sampled, 0);
  assert.equal(few.value, 2e9);
  assert.ok(few.low < 2e9 && few.high > 2e9);
  const many = expectedMemory(sampled, 10_000);
  assert.ok(Math.abs(many.value - 2.27e9) < 1e3);
});

test('a micro-batch that the sample did not fill takes as many times as much as it has more rows', () => {
  const wider = expectedMemory({ ...sampled, widerUpdates: 4 }, 0);
  assert.equal(wider.value, 5e9);
  assert.ok(wider.low < 2e9 && wider.high > 5e9);
  assert.ok(expectedMemory({ ...sampled, widerUpdates: 4, longerRows: 2 }, 0).high >= 9e9);
});

test('a whole batch holds more keys and values, and longer rows need longer activations', () => {
  assert.equal(expectedMemory({ ...sampled, moreCacheBytes: 5e8 }, 0).value, 2.5e9);
  const longer = expectedMemory({ ...sampled, longerRows: 2 }, 0);
  assert.equal(longer.value, 2e9);
  assert.ok(longer.high >= 3e9);
});
