/** Promise: a bad reward function hurts only its own score. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRunning, itemsOf, kindOf, startHostile, temporaryFolder } from './support.ts';

const outDir = temporaryFolder();

/** Long enough that a busy machine never reaches it by itself. */
const HANG_LIMIT_MS = 2_000;

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

for (const { function: name, bad, message, timeoutMs } of cases) {
  test(`${name}: ${String(bad)} where it misbehaves, 1 everywhere else`, { timeout: 120_000 }, async () => {
    const grader = await startHostile(outDir, [name], timeoutMs === undefined ? {} : { timeoutMs });
    try {
      const results = await grader.score({ reward: name, items: itemsOf(['good', 'good', 'bad', 'good']) });
      assert.deepEqual(results.map(kindOf), [1, 1, bad, 1]);
      const [, , result] = results;
      if (message !== undefined)
        assert.match(result !== undefined && 'error' in result ? result.error.message : '', message);
      const again = await grader.score({ reward: name, items: itemsOf(['good']) });
      assert.deepEqual(again.map(kindOf), [1]);
    } finally {
      await grader.close();
    }
  });
}

test('functions of one file do not see what another did to the process', { timeout: 120_000 }, async () => {
  const grader = await startHostile(outDir, ['pollutesQuietly', 'replacesMethod', 'seesPollution']);
  try {
    await grader.score({ reward: 'pollutesQuietly', items: itemsOf(['bad']) });
    await grader.score({ reward: 'replacesMethod', items: itemsOf(['bad']) });
    const results = await grader.score({ reward: 'seesPollution', items: itemsOf(['good']) });
    assert.deepEqual(results.map(kindOf), [1]);
  } finally {
    await grader.close();
  }
});

test("memory that calls leave behind is nobody else's error", { timeout: 120_000 }, async () => {
  const grader = await startHostile(outDir, ['leaks']);
  try {
    const results = await grader.score({ reward: 'leaks', items: itemsOf(['1', '2', '3', '4', '5']) });
    assert.deepEqual(results.map(kindOf), [1, 1, 1, 1, 1]);
  } finally {
    await grader.close();
  }
});

test(
  'a process that ends at every completion is replaced for each, and the user is told once',
  { timeout: 120_000 },
  async () => {
    const grader = await startHostile(outDir, ['aborts']);
    try {
      const results = await grader.score({ reward: 'aborts', items: itemsOf(['bad', 'bad', 'good', 'bad']) });
      assert.deepEqual(results.map(kindOf), ['crashed', 'crashed', 1, 'crashed']);
      assert.equal(grader.warnings.length, 1);
      assert.match(grader.warnings[0] ?? '', /Reward "aborts" ended its process/);
    } finally {
      await grader.close();
    }
  },
);

test('options are the same for every call: one that changes them fails', { timeout: 120_000 }, async () => {
  const grader = await startHostile(outDir, ['changesOptions'], { options: { scale: 0.5 } });
  try {
    const results = await grader.score({ reward: 'changesOptions', items: itemsOf(['good', 'bad', 'good']) });
    assert.deepEqual(results.map(kindOf), [0.5, 'threw', 0.5]);
  } finally {
    await grader.close();
  }
});

test("no token of the engine's environment reaches the reward", { timeout: 120_000 }, async () => {
  const canary = 'canary-3f9a';
  process.env['HF_TOKEN'] = canary;
  process.env['SOMETHING_ELSE'] = canary;
  const grader = await startHostile(outDir, ['findsNoCanary']);
  try {
    const results = await grader.score({ reward: 'findsNoCanary', items: itemsOf(['x'], { canary }) });
    assert.deepEqual(results.map(kindOf), [1]);
  } finally {
    await grader.close();
  }
});

const groupCases: readonly (readonly [string, readonly (number | null | string)[], RegExp])[] = [
  ['groupThrows', ['threw', 'threw', 'threw'], /the whole group/],
  ['groupTooShort', ['wrongLength', 'wrongLength', 'wrongLength'], /returned 2 scores for a group of 3/],
  ['groupHuge', ['wrongLength', 'wrongLength', 'wrongLength'], /returned 100000000 scores/],
  ['groupNoArray', ['wrongType', 'wrongType', 'wrongType'], /returned a number; .*array of 3 scores/],
  ['groupPartly', [1, 'wrongType', 1], /a string, "x"/],
  ['groupHangs', ['timeout', 'timeout', 'timeout'], /took longer than 3 s/],
];

for (const [name, kinds, message] of groupCases) {
  test(`${name}: ${kinds.join(', ')}, and the next group is scored`, { timeout: 120_000 }, async () => {
    const grader = await startHostile(outDir, [name], {
      per: 'group',
      timeoutMs: name === 'groupHangs' ? 1000 : 20_000,
    });
    try {
      const results = await grader.score({ reward: name, items: itemsOf(['good', 'bad', 'good']) });
      assert.deepEqual(results.map(kindOf), kinds);
      assert.match(JSON.stringify(results[1]).replaceAll('\\"', '"'), message);
      if (name !== 'groupHangs' && name !== 'groupPartly') return;
      const next = await grader.score({ reward: name, items: itemsOf(['good', 'good']) });
      assert.deepEqual(next.map(kindOf), [1, 1]);
    } finally {
      await grader.close();
    }
  });
}

test('no process is left after close, not even in the middle of a hang', { timeout: 120_000 }, async (context) => {
  const before = process.pid;
  assert.ok(isRunning(before));
  context.diagnostic('see processes.test.ts for the ends of the engine');
});
