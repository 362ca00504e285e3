import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PartLengths, PreviewedPrompt, PromptPreview } from '../protocol/preview.ts';
import { previewSummary, promptText } from './previewText.ts';

const train: PartLengths = {
  part: 'train',
  problems: 7217,
  measured: 7217,
  shortest: 47,
  median: 82,
  ninety: 113,
  ninetyNine: 150,
  longest: 1199,
  leftOut: 0,
  tooLong: 0,
};
const preview = (...parts: readonly Partial<PartLengths>[]): PromptPreview => ({
  experiment: 'x.rlvr.json',
  task: null,
  contextLength: 2048,
  maxCompletionLength: 256,
  examples: { from: 'none', count: 0, words: 'No worked examples come before the question.' },
  parts: parts.map((changes) => ({ ...train, ...changes })),
  warnings: ['Beware.'],
});
const prompt: PreviewedPrompt = {
  task: null,
  part: 'train',
  index: 4,
  row: 'rows.jsonl, row 5 (line 6)',
  text: '<s>Q: How many?\nA:',
  tokens: 1900,
  special: [[0, 3]],
};

test('lengths in columns, room, examples and warnings', () => {
  assert.equal(
    previewSummary(preview({}, { part: 'test', problems: 5, measured: 5, longest: 9 })),
    `Prompts of x.rlvr.json

tokens  problems  shortest  median  90 %  99 %  longest
train      7,217        47      82   113   150    1,199
test           5        47      82   113   150        9

The model's context holds 2,048 tokens. A completion may have 256, which leaves 1,792 for a prompt.
No worked examples come before the question.
Warning: Beware.`,
  );
});

test('what is left out, what does not fit and what was measured', () => {
  const lines = (changes: Partial<PartLengths>): string => previewSummary(preview(changes));
  assert.match(
    lines({ leftOut: 3 }),
    /train: 3 of 7,217 are left out as longer than dataset\.filter\.maxPromptTokens\./,
  );
  assert.match(
    lines({ tooLong: 2 }),
    /train: 2 of 7,217 do not fit.*dataset\.filter\.maxPromptTokens to 1792 to leave/,
  );
  assert.match(lines({ measured: 100 }), /train: lengths are those of 100 of 7,217 prompts, evenly over the part\./);
  assert.match(lines({ measured: 100, tooLong: 2 }), /train: 2 of 100 measured, evenly over all 7,217, do not fit/);
});

test('of one of several tasks its name, and the whole names of its settings', () => {
  const own = { ...preview({ leftOut: 3, tooLong: 2 }), task: 'svamp' };
  const summary = previewSummary(own);
  assert.match(summary, /^Prompts of x\.rlvr\.json, task svamp\n/);
  assert.match(summary, /longer than tasks\.svamp\.dataset\.filter\.maxPromptTokens\.\n/);
  assert.match(
    summary,
    /or tasks\.svamp\.dataset\.fewShot, or set tasks\.svamp\.dataset\.filter\.maxPromptTokens to 1792/,
  );
  assert.match(promptText({ ...prompt, task: 'svamp' }, own).text, /^── svamp, train, problem 5 of 7,217 ─/);
});

test('one prompt: where it is from, its budget, its text, and where the completion begins', () => {
  const { text, special } = promptText(prompt, preview({}));
  const [title, source, , ...rest] = text.split('\n');
  assert.match(title ?? '', /^── train, problem 5 of 7,217 ─+$/);
  assert.equal(source, 'rows.jsonl, row 5 (line 6); 1,900 tokens; with a whole completion 2,156 of 2,048: TOO LONG');
  assert.deepEqual(rest.slice(0, 2), ['<s>Q: How many?', 'A:']);
  assert.match(rest[2] ?? '', /^── the completion begins behind "How many\?\\nA:" ─+$/);
  assert.deepEqual(
    special.map(([offset, length]) => text.slice(offset, offset + length)),
    ['<s>'],
  );
});
