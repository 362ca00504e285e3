import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FULL_LEVELS, REDUCED_LEVELS, weightLevels } from './integerProducts.ts';

test('weights have as many levels as this processor adds up exactly', async () => {
  const levels = await weightLevels();
  assert.ok(levels === FULL_LEVELS || levels === REDUCED_LEVELS);
  assert.equal(await weightLevels(), levels);
});

test('with the reduced range two products of the largest numbers fit in 16 bits', () => {
  assert.ok(2 * 255 * REDUCED_LEVELS <= 32_767 && 2 * 255 * FULL_LEVELS > 32_767);
});
