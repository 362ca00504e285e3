import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partLengths, type LengthQuestion, type MeasuredPrompt } from './lengths.ts';

const signal = new AbortController().signal;
/** A part whose prompts have these tokens, of ten characters each. */
const question = (lengths: readonly number[], changes: Partial<LengthQuestion> = {}): LengthQuestion => ({
  part: 'train',
  problems: lengths.length,
  budget: Infinity,
  measure: (index) => ({ characters: 10, tokens: () => lengths[index] ?? assert.fail(`there is no ${index}`) }),
  maxPromptTokens: undefined,
  room: 100,
  signal,
  ...changes,
});

test('lengths that a share of the prompts does not exceed', async () => {
  const lengths = Array.from({ length: 100 }, (_, index) => 100 - index);
  const { part, problems, measured, shortest, median, ninety, ninetyNine, longest, tooLong } = await partLengths(
    question(lengths),
  );
  assert.deepEqual([part, problems, measured, tooLong], ['train', 100, 100, 0]);
  assert.deepEqual([shortest, median, ninety, ninetyNine, longest], [1, 50, 90, 99, 100]);
});

test('what is left out is not too long besides', async () => {
  const { leftOut, tooLong } = await partLengths(question([90, 101, 120, 130], { maxPromptTokens: 120 }));
  assert.deepEqual([leftOut, tooLong], [1, 2]);
});

test('where the budget is short, prompts are measured evenly', async () => {
  const lengths = Array.from({ length: 1000 }, (_, index) => index);
  const { measured, shortest, longest, median } = await partLengths(question(lengths, { budget: 100 }));
  assert.deepEqual([measured, shortest, median, longest], [10, 0, 400, 900]);
  assert.equal((await partLengths(question([5, 6], { budget: 1 }))).measured, 1, 'one at least');
});

test('prompts that are far longer than the first, or than those looked at, do not break the budget by much', async () => {
  const encodedOf = async (charactersOf: (index: number) => number): Promise<number> => {
    let encoded = 0;
    const measure = (index: number): MeasuredPrompt => ({
      characters: charactersOf(index),
      tokens: () => (encoded += charactersOf(index)),
    });
    await partLengths({ ...question([]), problems: 2000, budget: 10_000, measure });
    return encoded;
  };
  assert.ok((await encodedOf((index) => (index === 0 ? 10 : 1000))) <= 11_000);
  const surprise = await encodedOf((index) => (index % 125 === 1 ? 30_000 : 10));
  assert.ok(surprise <= 2 * 10_000 + 30_000, String(surprise));
});

test('an empty part, and an end before the end', async () => {
  assert.equal((await partLengths(question([]))).longest, 0);
  const ended = AbortSignal.abort(new Error('enough'));
  await assert.rejects(partLengths(question([1], { signal: ended })), /enough/);
});
