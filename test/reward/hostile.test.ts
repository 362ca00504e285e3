/** Promise: a bad reward function hurts only its own score. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import type { RewardResult } from '../../src/engine/protocol/completion.ts';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { bundleReward } from '../../src/engine/reward/bundle.ts';
import { fixtures, itemsOf, kindOf, startHostile, temporaryFolder } from './support.ts';

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
  /** In the line that the error names; without it, that of the function itself. */
  readonly at?: string;
  readonly timeoutMs?: number;
}

const cases: readonly Case[] = [
  { function: 'throws', bad: 'threw', at: "throw new TypeError('broken", message: /: TypeError: broken on purpose$/ },
  { function: 'throwsOddly', bad: 'threw', message: /cannot be printed/ },
  { function: 'throwsText', bad: 'threw', message: /: threw x{1000,4000}$/ },
  { function: 'rejects', bad: 'threw', at: "throw new Error('rejected", message: /: Error: rejected on purpose$/ },
  {
    function: 'endlessLoop',
    bad: 'timeout',
    message: /: took longer than 2 s; .*raise "timeout"/,
    timeoutMs: HANG_LIMIT_MS,
  },
  { function: 'slowExpression', bad: 'timeout', message: /slow regular expression/, timeoutMs: HANG_LIMIT_MS },
  { function: 'neverSettles', bad: 'timeout', message: /took longer than 2 s/, timeoutMs: HANG_LIMIT_MS },
  { function: 'loopsWhileOthersWait', bad: 'timeout', message: /took longer/, timeoutMs: HANG_LIMIT_MS },
  { function: 'exits', bad: 'threw', message: /: Error: process\.exit\(3\) was called/ },
  {
    function: 'exitsLater',
    bad: 'threw',
    at: 'setTimeout(() => process.exit',
    message: /process\.exit\(3\) was called/,
  },
  { function: 'aborts', bad: 'crashed', message: /signal SIGABRT/ },
  { function: 'segfaults', bad: 'crashed', message: /signal SIGSEGV/ },
  { function: 'bigBuffer', bad: 'memory', message: /1 GiB/ },
  { function: 'fullHeap', bad: 'memory', message: /1 GiB/ },
  { function: 'unhandledRejection', bad: 'threw', message: /: Error: nobody handles this$/ },
  { function: 'throwsInTimer', bad: 'threw', at: "throw new Error('from a timer", message: /: Error: from a timer$/ },
  { function: 'printsWithoutEnd', bad: 'timeout', message: /took longer/, timeoutMs: HANG_LIMIT_MS },
  { function: 'printsMuch', bad: 1 },
  { function: 'pollutes', bad: 'threw', at: 'Object.assign(Object.prototype', message: /: TypeError: .*polluted/ },
  { function: 'pollutesQuietly', bad: 1 },
  { function: 'replacesMethod', bad: 'threw', message: /replaced Array\.prototype\.map/ },
  { function: 'replacesJson', bad: 'threw', message: /replaced JSON\.stringify/ },
  { function: 'forges', bad: 1 },
  { function: 'closesPipe', bad: 'crashed', message: /ended its process/ },
  { function: 'notFinite', bad: 'notFinite', message: /returned NaN/ },
  { function: 'infinite', bad: 'notFinite', message: /returned -Infinity/ },
  { function: 'nothing', bad: 'wrongType', message: /returned undefined/ },
  { function: 'text', bad: 'wrongType', message: /returned a string, "1"/ },
  { function: 'hugeText', bad: 'wrongType', message: /returned a string/ },
  { function: 'objects', bad: 'wrongType', message: /returned an object/ },
  { function: 'applicableToFew', bad: null },
  { function: 'booleans', bad: 0 },
  { function: 'readsElsewhere', bad: 'threw', message: /: reading .* is not allowed: .* the files of its project/ },
  {
    function: 'readsPromised',
    bad: 'threw',
    at: 'await fs.promises.readFile',
    message: /: reading .* is not allowed/,
  },
  { function: 'looksElsewhere', bad: 'threw', message: /: reading .* is not allowed/ },
  { function: 'writesElsewhere', bad: 'threw', message: /: writing .*written\.txt is not allowed: .*os\.tmpdir\(\)/ },
  {
    function: 'readsRelative',
    bad: 'threw',
    message: /ENOENT.*write new URL\("\.\/words\.txt", import\.meta\.url\) for a file that lies beside it/,
  },
  { function: 'startsProcess', bad: 'threw', message: /: starting .* is not allowed in a reward\. .*runTests/ },
  { function: 'loadsAddon', bad: 'threw', message: /: loading a native module is not allowed/ },
  { function: 'usesWasi', bad: 'threw', message: /: WASI is not allowed/ },
  { function: 'opensInspector', bad: 'threw', message: /: the inspector is not allowed/ },
];

const groupCases: readonly (readonly [string, readonly (number | null | string)[], RegExp])[] = [
  ['groupThrows', ['threw', 'threw', 'threw'], /the whole group/],
  ['groupTooShort', ['wrongLength', 'wrongLength', 'wrongLength'], /returned 2 scores for a group of 3/],
  ['groupHuge', ['wrongLength', 'wrongLength', 'wrongLength'], /returned 100000000 scores/],
  ['groupNoArray', ['wrongType', 'wrongType', 'wrongType'], /returned a number; .*array of 3 scores/],
  ['groupPartly', [1, 'wrongType', 1], /a string, "x"/],
  ['groupNaN', [1, 'notFinite', 1], /returned NaN/],
  // Three times the limit of one completion.
  ['groupHangs', ['timeout', 'timeout', 'timeout'], /took longer than 3 s/],
];

const source = fs.readFileSync(path.join(fixtures, 'hostile.ts'), 'utf8').split('\n');

/** Whether a message begins with a line of the fixture that has this text. */
function isAt(message: string, text: string): boolean {
  const [, line] = /^hostile\.ts:(\d+):\d+: /.exec(message) ?? [];
  return source[Number(line) - 1]?.includes(text) ?? false;
}

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
  { function: 'readsBeside' },
]);
after(() => grader.close());

for (const { function: name, bad, message, at = `export const ${name}` } of cases) {
  test(`${name}: ${String(bad)} where it misbehaves, 1 everywhere else`, { timeout: TEST_LIMIT_MS }, async () => {
    const results = await grader.score({ reward: name, items: itemsOf(['good', 'good', 'bad', 'good']) });
    assert.deepEqual(results.map(kindOf), [1, 1, bad, 1]);
    if (message === undefined) return;
    assert.match(messageOf(results[2]), message);
    assert.ok(isAt(messageOf(results[2]), at), messageOf(results[2]).slice(0, 200));
  });
}

for (const [name, kinds, message] of groupCases) {
  test(`${name}: ${kinds.join(', ')}`, { timeout: TEST_LIMIT_MS }, async () => {
    const results = await grader.score({ reward: name, items: itemsOf(['good', 'bad', 'good']) });
    assert.deepEqual(results.map(kindOf), kinds);
    assert.match(messageOf(results[1]), message);
    if (name !== 'groupThrows') assert.ok(isAt(messageOf(results[1]), `export const ${name}`), messageOf(results[1]));
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

test('a syntax error half-way through typing is told at its line, and what was loaded scores on', async () => {
  const file = path.join(fixtures, 'hostile.ts');
  const line = source.findIndex((text) => text.startsWith('export const throws ')) + 1;
  const typed = [...source.slice(0, line), '  if ('].join('\n');
  await assert.rejects(bundleReward(file, { outDir, unsaved: new Map([[file, typed]]) }), (error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, new RegExp(`hostile\\.ts:${line + 1}:\\d+: Unexpected end of file`));
    return true;
  });
  const results = await grader.score({ reward: 'printsMuch', items: itemsOf(['good']) });
  assert.deepEqual(results.map(kindOf), [1]);
});

test('what it may do is said at its start', () => {
  const { granted } = grader;
  const refused = {
    readsEverything: false,
    writesEverything: false,
    childProcesses: false,
    addons: false,
    wasi: false,
  };
  assert.deepEqual(granted, { enforced: true, ...refused, inspector: false, workers: true, network: true });
});

test('a reward reads what lies beside it, and its temporary folder', { timeout: TEST_LIMIT_MS }, async () => {
  const results = await grader.score({ reward: 'readsBeside', items: itemsOf(['x']) });
  assert.deepEqual(results.map(kindOf), [1]);
});

function messageOf(result: RewardResult | undefined): string {
  return result !== undefined && 'error' in result ? result.error.message : '';
}
