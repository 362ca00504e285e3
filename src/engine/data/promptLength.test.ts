import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withinLimits, type LengthLimits } from './promptLength.ts';

const limits: LengthLimits = { maxPromptTokens: undefined, contextLength: 64, maxCompletionLength: 16 };
const rows = (...lengths: readonly number[]) =>
  lengths.map((length, row) => ({
    source: { file: 'p.jsonl', row, line: row + 1, columns: {} },
    tokens: new Int32Array(length),
  }));

test('a prompt may fill what a completion leaves of the context, and not a token more', () => {
  assert.deepEqual(withinLimits(rows(48, 1), 'train', limits).warnings, []);
  assert.throws(
    () => withinLimits(rows(1, 49), 'train', limits),
    /p\.jsonl, row 1 \(line 2\): the prompt has 49 tokens; with a completion of up to 16 that is 65, and the model's context holds 64\..*maxPromptTokens to 48/,
  );
});

test('the filter leaves long prompts out, and says how many', () => {
  const { kept, warnings } = withinLimits(rows(5, 49, 6, 100), 'train', { ...limits, maxPromptTokens: 48 });
  assert.deepEqual(
    kept.map(({ source }) => source.row),
    [0, 2],
  );
  assert.match(warnings.join(), /^2 of 4 train problems have a prompt of more than 48 tokens/);
});

test('a filter above the context does not hide the error', () => {
  assert.throws(() => withinLimits(rows(50), 'train', { ...limits, maxPromptTokens: 60 }), /the prompt has 50 tokens/);
});

test('a filter that leaves nothing, an empty prompt and a completion longer than the context are errors', () => {
  assert.throws(
    () => withinLimits(rows(5, 6), 'test', { ...limits, maxPromptTokens: 4 }),
    /2 of 2 test problems.*none is left/,
  );
  assert.throws(() => withinLimits(rows(3, 0), 'train', limits), /row 1 \(line 2\): the prompt is empty/);
  assert.throws(
    () => withinLimits(rows(3), 'train', { ...limits, maxCompletionLength: 64 }),
    /takes the whole context/,
  );
});
