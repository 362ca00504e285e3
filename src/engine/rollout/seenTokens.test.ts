import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeenTokens } from './seenTokens.ts';

test('rows remember their tokens while others come and go', () => {
  const seen = new SeenTokens(2, 4);
  seen.add(Int32Array.of(0, 2));
  seen.add(Int32Array.of(3));
  seen.mark(1, 1);
  assert.deepEqual(seen.tensor(), { data: Uint8Array.of(1, 0, 1, 0, 0, 1, 0, 1), dims: [2, 4] });
  seen.remove(0);
  assert.deepEqual(seen.tensor(), { data: Uint8Array.of(0, 1, 0, 1), dims: [1, 4] });
  seen.add(Int32Array.of(2));
  assert.deepEqual(seen.tensor(), { data: Uint8Array.of(0, 1, 0, 1, 0, 0, 1, 0), dims: [2, 4] });
  seen.remove(1);
  assert.deepEqual(seen.tensor(), { data: Uint8Array.of(0, 1, 0, 1), dims: [1, 4] });
});
