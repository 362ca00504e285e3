import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { promptFeatures } from './promptFeatures.ts';

const prompt = fc.array(fc.nat({ max: 50 }), { maxLength: 12 }).map((tokens) => Int32Array.from(tokens));

test('features are numbered without a gap; each is of two prompts or more, and none of all', () => {
  fc.assert(
    fc.property(fc.array(prompt, { maxLength: 12 }), (prompts) => {
      const { count: all, ofPrompt } = promptFeatures(prompts);
      assert.equal(ofPrompt.length, prompts.length);
      const counts = new Map<number, number>();
      for (const own of ofPrompt) {
        assert.deepEqual(
          [...own],
          [...new Set(own)].sort((a, b) => a - b),
        );
        for (const feature of own) counts.set(feature, (counts.get(feature) ?? 0) + 1);
      }
      assert.deepEqual(
        [...counts.keys()].sort((a, b) => a - b),
        Array.from({ length: all }, (_, number) => number),
      );
      for (const count of counts.values()) assert.ok(count > 1 && count < prompts.length);
    }),
  );
});

function featuresOf(...prompts: readonly (readonly number[])[]): readonly Int32Array[] {
  return promptFeatures(prompts.map((tokens) => Int32Array.from(tokens))).ofPrompt;
}

test('prompts share what they have in common, and what all have tells nothing', () => {
  // 1 and 2 stand in all, 5 in the first two, 7 in one.
  const [first, second, third] = featuresOf([1, 5, 2], [1, 5, 2], [1, 7, 2]);
  // 5, 1 5, 5 2 and 1 5 2.
  assert.equal(first?.length, 4);
  assert.deepEqual(first, second);
  assert.equal(third?.length, 0);
});

test('the order of tokens counts', () => {
  const [first, second] = featuresOf([1, 2], [2, 1], [1, 2], [2, 1]);
  assert.notDeepEqual(first, second);
});
