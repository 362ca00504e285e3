import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeRoom } from './decodeRoom.ts';

const demand = { groups: 4, completions: 32, maxRows: 64, promptBytes: 100, completionBytes: 10, maxBytes: 10_000 };

test('as many rows as there are or as asked for, and every prompt, where memory is no matter', () => {
  assert.deepEqual(decodeRoom(demand), { rows: 32, prompts: 4, usualPrompts: 4 });
  assert.deepEqual(decodeRoom({ ...demand, maxRows: 16 }), { rows: 16, prompts: 4, usualPrompts: 3 });
  assert.deepEqual(decodeRoom({ ...demand, maxRows: 3 }), { rows: 3, prompts: 3, usualPrompts: 2 });
});

test('a prompt is paid for once for all rows of its group', () => {
  // 8 rows of their own would take 880; here two prompts and 20 rows take 400.
  const tight = { ...demand, groups: 2, completions: 40, maxBytes: 400 };
  assert.deepEqual(decodeRoom(tight), { rows: 20, prompts: 2, usualPrompts: 2 });
  assert.deepEqual(decodeRoom({ ...tight, groups: 40 }), { rows: 3, prompts: 3, usualPrompts: 3 });
});

test('one row there always is, and the memory holds out for all else', () => {
  const size = fc.integer({ min: 1, max: 300 });
  fc.assert(
    fc.property(
      fc.record({
        groups: size,
        samples: size,
        maxRows: size,
        promptBytes: size,
        completionBytes: size,
        maxBytes: size,
      }),
      ({ samples, ...rest }) => {
        const asked = { ...rest, completions: rest.groups * samples };
        const { rows, prompts, usualPrompts } = decodeRoom(asked);
        assert.ok(rows >= 1 && rows <= Math.min(asked.maxRows, asked.completions));
        assert.ok(prompts >= usualPrompts && usualPrompts >= 1 && prompts <= Math.min(asked.groups, rows));
        const bytes = prompts * asked.promptBytes + rows * asked.completionBytes;
        assert.ok(rows === 1 || bytes <= asked.maxBytes);
      },
    ),
    { seed: 1, numRuns: 300 },
  );
});
