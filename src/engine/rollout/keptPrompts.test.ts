import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptPrompts } from './keptPrompts.ts';
import type { PrefilledPrompt } from './kvCache.ts';

/** Prompts prefilled together, of 16 bytes in all. */
function together(count: number): PrefilledPrompt[] {
  const layers = [{ keys: new Float32Array(2), values: new Float32Array(2) }];
  return Array.from({ length: count }, (_, row) => ({ layers, row, time: 1, length: 1 }));
}

test('prompts are found by their tokens, as many as there is room for, and together or not at all', () => {
  const [first, second, third] = [Int32Array.of(1, 2), Int32Array.of(12), Int32Array.of(3, 4)];
  const kept = new KeptPrompts(16);
  const prefilled = together(2);
  kept.keep([first, second], prefilled);
  kept.keep([third], together(1));
  assert.equal(kept.find(Int32Array.of(1, 2)), prefilled[0]);
  assert.equal(kept.find(second), prefilled[1]);
  assert.equal(kept.find(third), null);
  assert.equal(kept.find(Int32Array.of(1)), null);
});
