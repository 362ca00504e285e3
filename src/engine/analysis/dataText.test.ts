import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataOverview, PartOverview } from '../protocol/dataOverview.ts';
import { dataText } from './dataText.ts';

const lengths = {
  part: 'train',
  problems: 700,
  measured: 500,
  shortest: 5,
  median: 40,
  ninety: 80,
  ninetyNine: 110,
  longest: 150,
  leftOut: 0,
  tooLong: 0,
} as const;
const none: PartOverview = { part: 'test', rows: 0, first: [], lengths: null, faulty: null };
const train: PartOverview = {
  part: 'train',
  rows: 701,
  first: [{ row: 3, columns: { question: `How\nmany? ${'x'.repeat(700)}`, level: 2, tags: ['a'] } }],
  lengths,
  faulty: { rows: 1, first: 'd.jsonl, row 7: the column "question" is null.' },
};
const overview: DataOverview = {
  task: null,
  sources: [
    { role: 'train', source: 'hf:a/b', revision: 'c'.repeat(40), sha256: '0123456789abcdef', rows: 1000 },
    { role: 'test', source: 'test.csv', revision: null, sha256: 'fedcba9876543210', rows: 1 },
  ],
  hash: 'h',
  shape: 'verl',
  columns: [
    { name: 'question', kinds: ['text', 'list'], missing: 1 },
    { name: 'note', kinds: [], missing: 701 },
  ],
  parts: [train, none],
  examples: 2,
  leaks: [
    {
      part: 'test',
      from: 'train',
      total: 20,
      same: Array.from({ length: 7 }, (_, row) => ({ row, of: row + 1, share: 1 })),
      near: [{ row: 9, of: 4, share: 0.75 }],
      alike: false,
    },
  ],
  warnings: ['A warning.'],
  room: 128,
  noLengths: null,
};

const text = (changes: Partial<DataOverview> = {}): string => dataText([{ ...overview, ...changes }]).join('\n');

test('sources, parts, leaks, columns and rows', () => {
  const whole = text();
  for (const line of [
    `train: hf:a/b at ${'c'.repeat(40)}, 1,000 rows, sha256 0123456789ab`,
    'test: test.csv, 1 row, sha256 fedcba987654',
    "rows in verl's shape (prompt, reward_model.ground_truth as answer)",
    'train: 701 problems',
    '  tokens of a prompt: 5 to 150, median 40, 90 % up to 80, 99 % up to 110 (500 measured, evenly over all)',
    '  1 row cannot be asked, and training stops at the first: d.jsonl, row 7: the column "question" is null.',
    'test: none',
    '2 worked examples before each question',
    '7 of 20 test problems ask the same as one of train:',
    '  test row 4, train row 5',
    '  and 2 more',
    '1 of 20 test problems nearly repeat one of train:',
    '  test row 9, train row 4: 75.0 % of it',
    'A warning.',
    'question: text, list; missing in 1 row',
    'note: empty; missing in 701 rows',
    'train, row 3',
    'level: 2',
  ])
    assert.ok(whole.split('\n').includes(line), line);
  assert.ok(!whole.includes('test row 5,'), 'five pairs are enough');
  assert.match(whole, /\nmany\? x{590}…\n/);
});

test('what does not fit says what to do, and what is left out that it is', () => {
  const withPart = (changes: object, room: number): string =>
    text({ parts: [{ ...train, lengths: { ...lengths, ...changes } }], room });
  assert.match(withPart({ tooLong: 3 }, 128), /3 of 500 measured, evenly over all, do not fit .* leaves 128 tokens/);
  assert.match(withPart({ tooLong: 500 }, -5), /Lower rollout\.maxCompletionLength: it takes the whole context/);
  assert.match(withPart({ measured: 700, leftOut: 2 }, 128), /^ {2}2 are left out as longer than dataset\.filter/m);
});

test('nothing found is said, and why nothing was counted', () => {
  const bare = text({ leaks: [], warnings: [], examples: 0, shape: null, noLengths: 'There is no model.', room: null });
  assert.match(bare, /None: no problem asks or nearly asks what another part does/);
  assert.match(bare, /rows in a shape of their own/);
  assert.match(bare, /Lengths in tokens are not known: There is no model\./);
  assert.doesNotMatch(bare, /Warnings|worked example/);
});

test('each task has its own head, its settings their whole names, and what another gives away says whose', () => {
  const task = { name: 'svamp', weight: 0.5, rewards: ['correct', 'form'], solvedBy: 'correct' };
  const leak = {
    part: 'test',
    from: 'train',
    total: 9,
    same: [{ row: 1, of: 2, share: 1 }],
    near: [],
    alike: false,
  } as const;
  const second = {
    ...overview,
    task,
    shape: null,
    leaks: [{ ...leak, same: [...leak.same], near: [], fromTask: 'gsm8k' }],
  };
  const expected = { ...leak, same: [], near: [{ row: 1, of: 2, share: 0.5 }], alike: true };
  assert.ok(
    dataText([{ ...overview, leaks: [expected] }]).includes(
      '1 of 9 test problems nearly repeat one of train, as the experiment expects:',
    ),
  );
  const lines = dataText([{ ...overview, task: { ...task, name: 'gsm8k', weight: 2, rewards: [] } }, second]);
  const at = lines.indexOf('Task svamp');
  assert.ok(lines.indexOf('Task gsm8k') === 0 && at > 0);
  assert.deepEqual(lines.slice(2, 3), ['weight 2; no rewards']);
  assert.equal(lines[at + 2], 'weight 0.5; rewards correct, form; solved where correct is 1');
  const rest = lines.slice(at).join('\n');
  assert.match(rest, /tasks\.svamp\.dataset\.columns and tasks\.svamp\.dataset\.prompt say which/);
  assert.match(
    rest,
    /1 of 9 test problems ask the same as one of train of gsm8k:\n {2}test row 1, train of gsm8k row 2/,
  );
});
