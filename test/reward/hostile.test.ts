/** Promise: a bad reward function hurts only its own score. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { RewardResult } from '../../src/engine/protocol/completion.ts';
import { itemsOf, kindOf, startHostile, temporaryFolder } from './support.ts';

const outDir = temporaryFolder();

/** Only functions that are meant to reach it have it: the completions beside them are done in an instant. */
const HANG_LIMIT_MS = 2_000;

/** A test that takes longer hangs. */
const TEST_LIMIT_MS = 120_000;

const CANARY = 'canary-3f9a';
process.env['HF_TOKEN'] = CANARY;
process.env['SOMETHING_ELSE'] = CANARY;

interface Case {
  readonly function: string;
  /** What "bad" gets; the completions around it get 1. */
  readonly bad: number | null | string;
  readonly message?: RegExp;
  readonly timeoutMs?: number;
}

const cases: readonly Case[] = [
  { function: 'throws', bad: 'threw', message: /^hostile\.ts:\d+:\d+: TypeError: broken on purpose$/ },
  { function: 'throwsOddly', bad: 'threw', message: /cannot be printed/ },
  { function: 'throwsText', bad: 'threw', message: /^threw x{1000,4000}$/ },
  { function: 'rejects', bad: 'threw', message: /^hostile\.ts:\d+:\d+: Error: rejected on purpose$/ },
  {
    function: 'endlessLoop',
    bad: 'timeout',
    message: /took longer than 2 s; .*raise "timeout"/,
    timeoutMs: HANG_LIMIT_MS,
  },
  { function: 'slowExpression', bad: 'timeout', timeoutMs: HANG_LIMIT_MS },
  { function: 'neverSettles', bad: 'timeout', message: /took longer than 2 s/, timeoutMs: HANG_LIMIT_MS },
  { function: 'loopsWhileOthersWait', bad: 'timeout', timeoutMs: HANG_LIMIT_MS },
  { function: 'exits', bad: 'threw', message: /^hostile\.ts:\d+:\d+: Error: process\.exit\(3\) was called/ },
  { function: 'exitsLater', bad: 'threw', message: /^hostile\.ts:\d+:\d+: Error: process\.exit\(3\) was called/ },
  { function: 'aborts', bad: 'crashed', message: /signal SIGABRT/ },
  { function: 'segfaults', bad: 'crashed', message: /signal SIGSEGV/ },
  { function: 'bigBuffer', bad: 'memory', message: /1 GiB/ },
  { function: 'fullHeap', bad: 'memory' },
  { function: 'unhandledRejection', bad: 'threw', message: /^hostile\.ts:\d+:\d+: Error: nobody handles this$/ },
  { function: 'throwsInTimer', bad: 'threw', message: /^hostile\.ts:\d+:\d+: Error: from a timer$/ },
  { function: 'printsWithoutEnd', bad: 'timeout', timeoutMs: HANG_LIMIT_MS },
  { function: 'printsMuch', bad: 1 },
  { function: 'pollutes', bad: 'threw', message: /^hostile\.ts:\d+:\d+: TypeError: .*polluted/ },
  { function: 'pollutesQuietly', bad: 1 },
  { function: 'replacesMethod', bad: 'threw', message: /replaced Array\.prototype\.map/ },
  { function: 'replacesJson', bad: 'threw', message: /replaced JSON\.stringify/ },
  { function: 'forges', bad: 1 },
  { function: 'closesPipe', bad: 'crashed' },
  { function: 'notFinite', bad: 'notFinite', message: /returned NaN/ },
  { function: 'infinite', bad: 'notFinite', message: /returned -Infinity/ },
  { function: 'nothing', bad: 'wrongType', message: /returned undefined/ },
  { function: 'text', bad: 'wrongType', message: /returned a string, "1"/ },
  { function: 'hugeText', bad: 'wrongType' },
  { function: 'objects', bad: 'wrongType', message: /returned an object/ },
  { function: 'applicableToFew', bad: null },
  { function: 'booleans', bad: 0 },
];

const groupCases: readonly (readonly [string, readonly (number | null | string)[], RegExp])[] = [
  ['groupThrows', ['threw', 'threw', 'threw'], /the whole group/],
  ['groupTooShort', ['wrongLength', 'wrongLength', 'wrongLength'], /returned 2 scores for a group of 3/],
  ['groupHuge', ['wrongLength', 'wrongLength', 'wrongLength'], /returned 100000000 scores/],
  ['groupNoArray', ['wrongType', 'wrongType', 'wrongType'], /returned a number; .*array of 3 scores/],
  ['groupPartly', [1, 'wrongType', 1], /a string, "x"/],
  // Three times the limit of one completion.
  ['groupHangs', ['timeout', 'timeout', 'timeout'], /took longer than 3 s/],
];

/** One grader for all of them: each case also shows that what came before it did no harm. */
const grader = await startHostile(outDir, [
  ...cases.map(({ function: name, timeoutMs }) => ({
    function: name,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })),
  ...groupCases.map(
    ([name]) => ({ function: name, per: 'group', ...(name === 'groupHangs' ? { timeoutMs: 1000 } : {}) }) as const,
  ),
  { function: 'seesPollution' },
  { function: 'leaks' },
  { function: 'changesOptions', options: { scale: 0.5 } },
  { function: 'findsNoCanary' },
]);
after(() => grader.close());

for (const { function: name, bad, message } of cases) {
  test(`${name}: ${String(bad)} where it misbehaves, 1 everywhere else`, { timeout: TEST_LIMIT_MS }, async () => {
    const results = await grader.score({ reward: name, items: itemsOf(['good', 'good', 'bad', 'good']) });
    assert.deepEqual(results.map(kindOf), [1, 1, bad, 1]);
    if (message !== undefined) assert.match(messageOf(results[2]), message);
  });
}

for (const [name, kinds, message] of groupCases) {
  test(`${name}: ${kinds.join(', ')}`, { timeout: TEST_LIMIT_MS }, async () => {
    const results = await grader.score({ reward: name, items: itemsOf(['good', 'bad', 'good']) });
    assert.deepEqual(results.map(kindOf), kinds);
    assert.match(messageOf(results[1]), message);
  });
}

test('a group after one that hung is scored', { timeout: TEST_LIMIT_MS }, async () => {
  const results = await grader.score({ reward: 'groupHangs', items: itemsOf(['good', 'good']) });
  assert.deepEqual(results.map(kindOf), [1, 1]);
});

test('a function does not see what another one did to the process', { timeout: TEST_LIMIT_MS }, async () => {
  for (const reward of ['pollutesQuietly', 'replacesMethod', 'replacesJson']) {
    await grader.score({ reward, items: itemsOf(['bad']) });
  }
  const results = await grader.score({ reward: 'seesPollution', items: itemsOf(['good']) });
  assert.deepEqual(results.map(kindOf), [1]);
});

test("memory that calls leave behind is nobody else's error", { timeout: TEST_LIMIT_MS }, async () => {
  const results = await grader.score({ reward: 'leaks', items: itemsOf(['1', '2', '3', '4', '5']) });
  assert.deepEqual(results.map(kindOf), [1, 1, 1, 1, 1]);
});

test(
  'a process that ends again and again is replaced each time, and the user is told once',
  { timeout: TEST_LIMIT_MS },
  async () => {
    const results = await grader.score({ reward: 'aborts', items: itemsOf(['bad', 'bad', 'good', 'bad']) });
    assert.deepEqual(results.map(kindOf), ['crashed', 'crashed', 1, 'crashed']);
    const warnings = grader.warnings.filter((warning) => warning.includes('"aborts" ended its process'));
    assert.equal(warnings.length, 1);
  },
);

test('options are the same for every call: one that changes them fails', { timeout: TEST_LIMIT_MS }, async () => {
  const results = await grader.score({ reward: 'changesOptions', items: itemsOf(['good', 'bad', 'good']) });
  assert.deepEqual(results.map(kindOf), [0.5, 'threw', 0.5]);
});

test('many slow completions are all scored, in their order', { timeout: TEST_LIMIT_MS }, async () => {
  const texts = Array.from({ length: 600 }, (_, i) => (i % 7 === 0 ? 'bad' : 'good'));
  const results = await grader.score({ reward: 'rejects', items: itemsOf(texts) });
  assert.deepEqual(
    results.map(kindOf),
    texts.map((text) => (text === 'bad' ? 'threw' : 1)),
  );
});

test("no token of the engine's environment reaches the reward", { timeout: TEST_LIMIT_MS }, async () => {
  const results = await grader.score({ reward: 'findsNoCanary', items: itemsOf(['x'], { canary: CANARY }) });
  assert.deepEqual(results.map(kindOf), [1]);
});

function messageOf(result: RewardResult | undefined): string {
  return result !== undefined && 'error' in result ? result.error.message : '';
}
