import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptPrompts } from './keptPrompts.ts';
import type { PrefilledPrompt } from './kvCache.ts';

/** Prompts prefilled together, of 16 bytes in all. */
function together(count: number, release = (): void => undefined): PrefilledPrompt[] {
  const tensor = { data: new Float32Array(2), dims: [2] };
  const layers = [{ keys: tensor, values: tensor }];
  return Array.from({ length: count }, (_, row) => ({ layers, row, time: 1, length: 1, release }));
}

test('prompts are found by their tokens, as many as there is room for, and together or not at all', () => {
  const [first, second, third] = [Int32Array.of(1, 2), Int32Array.of(12), Int32Array.of(3, 4)];
  const kept = new KeptPrompts(16);
  const prefilled = together(2);
  kept.keep([first, second], prefilled);
  const beyond = together(1);
  assert.equal(kept.keep([third], beyond), beyond);
  assert.equal(kept.find(Int32Array.of(1, 2))?.layers, prefilled[0]?.layers);
  assert.equal(kept.find(second)?.row, 1);
  assert.equal(kept.find(third), null);
  assert.equal(kept.find(Int32Array.of(1)), null);
});

test('what is kept is released once, by who keeps it', () => {
  let released = 0;
  const kept = new KeptPrompts(16);
  const prompt = Int32Array.of(1);
  // The same prompt twice: the second is found, and both are owned.
  for (const { release } of kept.keep(
    [prompt, prompt],
    together(2, () => released++),
  ))
    release();
  kept.find(prompt)?.release();
  assert.equal(released, 0);
  kept.release();
  kept.release();
  assert.equal(released, 2);
  assert.equal(kept.find(prompt), null);
});
