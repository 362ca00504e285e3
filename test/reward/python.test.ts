/** Promise: rewards in Python, in the signatures of TRL and verl, score as any other, and a bad one hurts only its own score. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import type { RewardResult } from '../../src/engine/protocol/completion.ts';
import { UserError } from '../../src/engine/protocol/errors.ts';
import type { RewardConfig } from '../../src/engine/protocol/experiment.ts';
import { startGrader, type Grader } from '../../src/engine/reward/graderClient.ts';
import { MEMORY_LIMIT_BYTES } from '../../src/engine/reward/graderLimits.ts';
import { graderPlace } from '../../src/engine/reward/graderPlace.ts';
import { readPythonModule, requirePythonReward } from '../../src/engine/reward/python/pythonModule.ts';
import { openScorer, type GroupToScore, type Scorer, type ScorerOptions } from '../../src/engine/reward/scorer.ts';
import { PER_OF_CONVENTION } from '../../src/engine/source/pythonRewards.ts';
import { isRunning, until } from '../support/processes.ts';
import { fixtures, itemsOf, kindOf, temporaryFolder } from './support.ts';

const outDir = temporaryFolder();

/** Only functions that are meant to reach it have it. */
const HANG_LIMIT_MS = 2_000;

/** So long that only a real hang reaches it, however busy the machine. */
const NO_HANG_MS = 60_000;

/**
 * In place of the engine's GiB: every page that a reward takes is made by the system while others wait for it, and a machine that is busy
 * enough needs more than the time limit for a whole GiB, so that what was to be ended for its memory was ended for its time.
 */
const MEMORY_BYTES = MEMORY_LIMIT_BYTES / 8;

/** A test that takes longer hangs. */
const LIMIT = { timeout: 180_000 };

const CANARY = 'canary-3f9a';
process.env['HF_TOKEN'] = CANARY;

type Reward = Partial<RewardConfig> & { readonly function: string };

function open(
  rewards: readonly Reward[],
  baseDir: string,
  more: Partial<Pick<ScorerOptions, 'unsaved' | 'onWarning'>> = {},
): Promise<Scorer> {
  const defaults = { weight: 1, timeout: 60, per: 'completion', options: {} } as const;
  return openScorer({
    rewards: rewards.map((reward) => ({ ...defaults, ...reward })),
    baseDir,
    outDir,
    onWarning: (message) => assert.fail(message),
    ...more,
  });
}

/** A scorer of one function of a file with this text. */
function scorerOf(text: string, reward: Partial<RewardConfig> = {}): Promise<Scorer> {
  const folder = temporaryFolder();
  fs.writeFileSync(path.join(folder, 'reward.py'), text);
  return open([{ file: 'reward.py', function: 'reward', ...reward }], folder);
}

function group(texts: readonly string[], row: Readonly<Record<string, unknown>> = { answer: '7' }): GroupToScore {
  return { row, prompt: 'the prompt', step: 5, completions: texts.map((text) => ({ text, tokens: 1 })) };
}

async function resultsOf(scorer: Scorer, name: string, asked: GroupToScore): Promise<RewardResult[]> {
  const [verdicts = []] = await scorer.score([asked]);
  return verdicts.map(({ rewards }) => rewards[name] ?? assert.fail(`no result of ${name}`));
}

function messageOf(result: RewardResult | undefined): string {
  return result !== undefined && 'error' in result ? result.error.message : '';
}

const IS_USER_ERROR =
  (message: RegExp) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof UserError, String(error));
    assert.match(error.message, message);
    return true;
  };

interface Case {
  readonly function: string;
  /** What "bad" gets; the completions around it get 1. */
  readonly bad: number | null | string;
  readonly message?: RegExp;
  /** In the line that the error names; without it, that of the function itself. */
  readonly at?: string;
  readonly hangs?: boolean;
}

const cases: readonly Case[] = [
  { function: 'throws', bad: 'threw', at: 'raise TypeError("broken', message: /: TypeError: broken on purpose$/ },
  { function: 'throws_oddly', bad: 'threw', message: /raised something that cannot be printed/ },
  { function: 'endless_loop', bad: 'timeout', message: /took longer than 2 s/, hangs: true },
  { function: 'slow_expression', bad: 'timeout', message: /slow regular expression/, hangs: true },
  { function: 'exits', bad: 'threw', at: 'sys.exit(3)', message: /SystemExit: sys\.exit\(3\) was called/ },
  { function: 'exits_at_once', bad: 'crashed', message: /exit code 3/ },
  { function: 'aborts', bad: 'crashed', message: /signal SIGABRT/ },
  { function: 'segfaults', bad: 'crashed', message: /signal SIGSEGV/ },
  { function: 'big_buffer', bad: 'memory', message: /1 GiB/ },
  { function: 'grows', bad: 'memory', message: /1 GiB/ },
  { function: 'recurses', bad: 'threw', at: 'return recurses', message: /RecursionError/ },
  { function: 'prints_without_end', bad: 'timeout', message: /took longer/, hangs: true },
  { function: 'prints_much', bad: 1 },
  { function: 'replaces_builtin', bad: 'threw', message: /replaced builtins\.len/ },
  { function: 'closes_pipes', bad: 'crashed', message: /ended its process/ },
  { function: 'not_a_number', bad: 'notFinite', message: /returned nan/ },
  { function: 'infinite', bad: 'notFinite', message: /returned inf/ },
  { function: 'nothing', bad: 'wrongType', message: /returned None \(a missing return\?\)/ },
  { function: 'text', bad: 'wrongType', message: /returned a string, "1"/ },
  { function: 'no_score', bad: 'wrongType', message: /a dict without "score"/ },
  { function: 'awaits', bad: 'threw', at: 'raise ValueError("awaited', message: /ValueError: awaited$/ },
];

const groupCases: readonly (readonly [string, readonly (number | null | string)[], RegExp])[] = [
  ['group_throws', ['threw', 'threw', 'threw'], /ValueError: the whole group/],
  ['group_too_short', ['wrongLength', 'wrongLength', 'wrongLength'], /returned 2 scores for a group of 3/],
  [
    'group_no_list',
    ['wrongType', 'wrongType', 'wrongType'],
    /returned a value of type int; .* array of 3 scores, in Python a list/,
  ],
  ['group_partly', [1, 'wrongType', 1], /a string, "x"/],
  ['group_not_a_number', [1, 'notFinite', 1], /returned nan/],
  ['group_not_applicable', [1, null, 1], /^$/],
  // Three times the limit of one completion.
  ['group_hangs', ['timeout', 'timeout', 'timeout'], /took longer than 6 s/],
];

const source = fs.readFileSync(path.join(fixtures, 'hostile.py'), 'utf8').split('\n');

function isAt(message: string, text: string): boolean {
  const [, line] = /^hostile\.py:(\d+):\d+: /.exec(message) ?? [];
  return source[Number(line) - 1]?.includes(text) ?? false;
}

const file = path.join(fixtures, 'hostile.py');
const module = await readPythonModule(file, fixtures).catch((error: unknown) =>
  assert.fail(`These tests need Python: ${String(error)}`),
);

interface HostileReward {
  readonly function: string;
  readonly hangs?: boolean;
  readonly options?: Readonly<Record<string, unknown>>;
}

function startHostile(rewards: readonly HostileReward[], onWarning: (message: string) => void): Promise<Grader> {
  const found = rewards.map((reward) => ({ reward, ...requirePythonReward(module, reward.function, fixtures) }));
  const setups = found.map(({ reward: { function: name, hangs, options }, convention }) => ({
    name,
    module: file,
    function: name,
    per: PER_OF_CONVENTION[convention],
    options: options ?? {},
    timeoutMs: hangs === true ? HANG_LIMIT_MS : NO_HANG_MS,
  }));
  const functions = Object.fromEntries(found.map(({ reward, ...rest }) => [reward.function, rest]));
  const python = { sources: module.modules, functions, memoryBytes: MEMORY_BYTES };
  const setup = { kind: 'setup', folder: fixtures, rewards: setups, python } as const;
  return startGrader(setup, { place: graderPlace(fixtures, outDir, [file]), onWarning, python: module.python });
}

const warnings: string[] = [];

/** One grader for all of them: each case also shows that what came before it did no harm. */
const grader = await startHostile(
  [
    ...cases,
    ...groupCases.map(([name]) => ({ function: name, hangs: name === 'group_hangs' })),
    { function: 'changes_options', options: { scale: [1] } },
    ...['reads_environment', 'works_in_folder', 'leaves_a_thread', 'asks_for_more'].map((name) => ({ function: name })),
  ],
  (message) => void warnings.push(message),
);
after(() => grader.close());

for (const { function: name, bad, message, at = `def ${name}(` } of cases) {
  test(`${name}: ${String(bad)} where it misbehaves, 1 everywhere else`, LIMIT, async () => {
    const items = itemsOf(['good', 'good', 'bad', 'good'], { answer: '7' });
    const results = await grader.score({ reward: name, items });
    assert.deepEqual(results.map(kindOf), [1, 1, bad, 1]);
    if (message === undefined) return;
    assert.match(messageOf(results[2]), message);
    assert.ok(isAt(messageOf(results[2]), at), messageOf(results[2]).slice(0, 200));
  });
}

for (const [name, kinds, message] of groupCases) {
  test(`${name}: ${kinds.join(', ')}`, LIMIT, async () => {
    const results = await grader.score({ reward: name, items: itemsOf(['good', 'bad', 'good']) });
    assert.deepEqual(results.map(kindOf), kinds);
    assert.match(messageOf(results[1]), message);
  });
}

test('a process that ended is replaced, and the user is told once', LIMIT, async () => {
  const results = await grader.score({ reward: 'aborts', items: itemsOf(['bad', 'good', 'bad'], { answer: '7' }) });
  assert.deepEqual(results.map(kindOf), ['crashed', 1, 'crashed']);
  assert.equal(warnings.filter((warning) => warning.includes('"aborts" ended its process')).length, 1);
});

test('options are the same for every call', LIMIT, async () => {
  const items = itemsOf(['good', 'bad', 'good'], { answer: '7' });
  const results = await grader.score({ reward: 'changes_options', items });
  assert.deepEqual(results.map(kindOf), [1, 2, 1]);
});

test(
  "no token of the engine's environment reaches the reward, and it works in a folder of its own",
  LIMIT,
  async () => {
    for (const reward of ['reads_environment', 'works_in_folder', 'leaves_a_thread']) {
      const results = await grader.score({ reward, items: itemsOf(['x', 'y'], { answer: CANARY }) });
      assert.deepEqual(results.map(kindOf), [1, 1], reward);
    }
  },
);

test('what it may do is said, and it is everything', () => {
  assert.equal(grader.granted.enforced, false);
  assert.ok(grader.granted.writesEverything && grader.granted.childProcesses);
});

test('an argument that there is none of is named, and a row without the truth', LIMIT, async () => {
  const [asks] = await grader.score({ reward: 'asks_for_more', items: itemsOf(['x'], { answer: '7' }) });
  assert.match(messageOf(asks), /asks for answers, and is given data_source, extra_info, ground_truth, solution_str$/);
  const [without] = await grader.score({ reward: 'awaits', items: itemsOf(['x'], { question: '7' }) });
  assert.match(messageOf(without), /^hostile\.py:\d+:\d+: the row has no "ground_truth"/);
});

for (const how of ['close', 'SIGKILL'] as const) {
  test(`a grader that hangs ends with its engine, by ${how}`, LIMIT, async () => {
    const temporary = temporaryFolder();
    const engine = spawn(process.execPath, [path.join(import.meta.dirname, 'endingPythonEngine.ts'), how], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, TMPDIR: temporary, TEMP: temporary },
    });
    const exited = once(engine, 'exit');
    const pidFile = (): string | undefined =>
      fs
        .readdirSync(temporary)
        .map((name) => path.join(temporary, name, 'pid'))
        .find((each) => fs.existsSync(each));
    await until(() => pidFile() !== undefined || engine.exitCode !== null);
    const pid = Number(fs.readFileSync(pidFile() ?? assert.fail('it wrote no id'), 'utf8'));
    if (how === 'SIGKILL') engine.kill(how);
    else fs.writeFileSync(path.join(temporary, 'close'), '');
    await exited;
    await until(() => !isRunning(pid));
    await until(() => fs.readdirSync(temporary).filter((name) => name.startsWith('rlvr-grader-')).length === 0);
  });
}

test('TRL: lists of a group, columns by name, the step, and options', LIMIT, async () => {
  const text = `
def reward(prompts, completions, answer, trainer_state, limit, **kwargs):
    assert prompts == ["the prompt"] * 2 and answer == ["7", "7"], (prompts, answer)
    assert sorted(kwargs) == ["level"] and kwargs["level"] == [{"deep": [1]}] * 2, kwargs
    assert trainer_state.global_step == 5 and limit == 3
    return [len(each) / limit for each in completions]
`;
  const scorer = await scorerOf(text, { options: { limit: 3 } });
  try {
    const asked = group(['abc', 'é\u{1f600}x\ud800yz'], { answer: '7', level: { deep: [1] }, prompt: 'hidden' });
    assert.deepEqual(await resultsOf(scorer, 'reward', asked), [{ value: 1 }, { value: 2 }]);
  } finally {
    await scorer.close();
  }
});

for (const [where, row] of [
  ['ground_truth', { ground_truth: 7, answer: 1, reward_model: { ground_truth: 2 } }],
  ['reward_model', { answer: 1, reward_model: { style: 'rule', ground_truth: 7 } }],
  ['answer', { answer: 7 }],
] as const) {
  test(`verl: the truth is the row's ${where}`, LIMIT, async () => {
    const text = `
def reward(data_source, solution_str, ground_truth, extra_info=None):
    assert data_source == "sums" and extra_info == {"split": "train"}
    return {"score": ground_truth == int(solution_str)}
`;
    const scorer = await scorerOf(text);
    try {
      const asked = group(['7', '8'], { ...row, data_source: 'sums', extra_info: { split: 'train' } });
      assert.deepEqual(await resultsOf(scorer, 'reward', asked), [{ value: 1 }, { value: 0 }]);
    } finally {
      await scorer.close();
    }
  });
}

test('what is like a number or a list counts as one', LIMIT, async () => {
  const text = `
from fractions import Fraction

class Tensor:
    def __init__(self, value): self.value = value
    def item(self): return self.value
    def tolist(self): return self.value

def reward(completions):
    return Tensor([Tensor(0.5), Fraction(1, 4), True])
`;
  const scorer = await scorerOf(text);
  try {
    const results = await resultsOf(scorer, 'reward', group(['a', 'b', 'c']));
    assert.deepEqual(results, [{ value: 0.5 }, { value: 0.25 }, { value: 1 }]);
  } finally {
    await scorer.close();
  }
});

for (const [what, text, message] of [
  ['a syntax error', 'def reward(completions):\n    return [\n', /reward\.py:\d+:\d+: SyntaxError: /],
  ['an error of a module', 'import nowhere\n\ndef reward(completions): ...', /reward\.py:1:1: ModuleNotFoundError/],
  ['another name', 'def rewards(completions): ...', /defines no function "reward"; did you mean "rewards"\?/],
  ['other parameters', '\ndef reward(text): ...', /reward\.py:2:5: .*parameters of no known reward.*TRL.*verl/],
  ['a function that is none any more', 'def reward(completions): ...\nreward = 3', /"reward" is not a function/],
  [
    'an exit while it is loaded',
    'import os\nos._exit(4)\ndef reward(completions): ...',
    /ended while it was loaded.*4/,
  ],
] as const) {
  test(`${what} is told before anything is scored`, LIMIT, async () => {
    await assert.rejects(scorerOf(text), IS_USER_ERROR(message));
  });
}

test('the hash is of what is imported too, and unsaved texts stand for files', LIMIT, async () => {
  const folder = temporaryFolder();
  const write = (name: string, text: string): void => {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  };
  write(
    'entry.py',
    'def reward(completions):\n  from parts.scores import (\n    value,  # a number\n  )\n  return [value() for _ in completions]',
  );
  write(
    'parts/scores.py',
    'import os, parts.deep.one as one\nfrom . import two\ndef value(): return one.ONE + two.TWO',
  );
  write('parts/two.py', 'from .deep.one import ONE\nTWO = 2 * ONE');
  write('parts/deep/__init__.py', '');
  write('parts/deep/one.py', 'ONE = 1');
  write('parts/unused.py', 'raise ValueError()');
  const reward = { file: 'entry.py', function: 'reward' };
  const unsaved = new Map([[path.join(folder, 'parts/deep/one.py'), 'ONE = 10']]);
  const before = await open([reward], folder);
  const after = await open([reward], folder, { unsaved });
  try {
    assert.deepEqual(
      before.files[0]?.sources.map(({ name }) => name),
      ['entry.py', 'parts/deep/__init__.py', 'parts/deep/one.py', 'parts/scores.py', 'parts/two.py'],
    );
    assert.notEqual(before.hashes['reward'], after.hashes['reward']);
    // A module that is loaded late, or by a process that takes over, is what it was: a run's rewards stay the same.
    write('parts/deep/one.py', 'ONE = 100');
    assert.deepEqual(await resultsOf(before, 'reward', group(['x'])), [{ value: 3 }]);
    assert.deepEqual(await resultsOf(after, 'reward', group(['x'])), [{ value: 30 }]);
    assert.equal((await before.trace([group(['x'])], 0)).trace, null);
    assert.deepEqual(fs.readdirSync(folder).sort(), ['entry.py', 'parts']);
  } finally {
    await before.close();
    await after.close();
  }
});

test('a Python that is named and does not work is an error that says so', LIMIT, async () => {
  process.env['RLVR_PYTHON'] = path.join(outDir, 'no-python');
  try {
    const opened = scorerOf('def reward(completions): ...');
    await assert.rejects(
      opened,
      IS_USER_ERROR(/needs Python\. .*no-python is no Python that starts\. .*rlvr\.pythonPath/),
    );
  } finally {
    delete process.env['RLVR_PYTHON'];
  }
});
