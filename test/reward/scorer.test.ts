import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../src/engine/protocol/errors.ts';
import type { RewardConfig } from '../../src/engine/protocol/experiment.ts';
import { openScorer, type GroupToScore, type Scorer } from '../../src/engine/reward/scorer.ts';
import { fixtures, kindOf, temporaryFolder } from './support.ts';

const outDir = temporaryFolder();
const examples = path.join(import.meta.dirname, '..', '..', 'examples');

function config(changes: Partial<RewardConfig>): RewardConfig {
  return { function: 'correct', weight: 1, timeout: 60, per: 'completion', options: {}, ...changes };
}

function open(rewards: readonly Partial<RewardConfig>[], baseDir = fixtures): Promise<Scorer> {
  const onWarning = (message: string): never => assert.fail(message);
  return openScorer({ rewards: rewards.map(config), baseDir, outDir, onWarning });
}

/** Where some rewards cannot be used and the others are to be scored. */
function openPartly(rewards: readonly Partial<RewardConfig>[], signal?: AbortSignal): Promise<Scorer> {
  const onWarning = (message: string): never => assert.fail(message);
  const options = { baseDir: outDir, outDir: path.join(outDir, 'out'), onWarning, partly: true } as const;
  return openScorer({ rewards: rewards.map(config), ...options, ...(signal === undefined ? {} : { signal }) });
}

function write(name: string, text: string): string {
  fs.writeFileSync(path.join(outDir, name), text);
  return name;
}

function group(answer: string, texts: readonly string[]): GroupToScore {
  const row = { answer, prompt: 'hidden by the real one' };
  return { row, prompt: 'the real prompt', completions: texts.map((text, i) => ({ text, tokens: i + 1 })) };
}

test('files, built-ins, groups and weights come together by group and completion', async () => {
  const scorer = await open([
    { file: 'plain.ts', function: 'correct' },
    { file: './plain.ts', function: 'scaled', weight: 0, options: { scale: 2 } },
    { file: 'plain.ts', function: 'longest', per: 'group', weight: 0.5 },
    { function: 'length', name: 'brief', weight: -1, options: { target: 1, limit: 3 } },
  ]);
  try {
    assert.deepEqual(scorer.names, ['correct', 'scaled', 'longest', 'brief']);
    const verdicts = await scorer.score([group('7', ['7', '8']), group('8', []), group('9', ['9', '8', '9'])]);
    const value = (number: number | null): { value: number | null } => ({ value: number });
    assert.deepEqual(verdicts, [
      [
        { rewards: { correct: value(1), scaled: value(2), longest: value(null), brief: value(1) }, reward: 0 },
        { rewards: { correct: value(0), scaled: value(24), longest: value(1), brief: value(0.5) }, reward: 0 },
      ],
      [],
      [
        { rewards: { correct: value(1), scaled: value(2), longest: value(null), brief: value(1) }, reward: 0 },
        { rewards: { correct: value(0), scaled: value(24), longest: value(null), brief: value(0.5) }, reward: -0.5 },
        { rewards: { correct: value(1), scaled: value(46), longest: value(1), brief: value(0) }, reward: 1.5 },
      ],
    ]);
    assert.deepEqual(Object.keys(scorer.hashes), [...scorer.names]);
    assert.equal(scorer.hashes['correct'], scorer.hashes['longest']);
    assert.notEqual(scorer.hashes['correct'], scorer.hashes['brief']);
    assert.deepEqual(
      scorer.files.map(({ file, sources }) => [file, sources.map(({ name }) => name)]),
      [[path.join(fixtures, 'plain.ts'), ['plain.ts']]],
    );
  } finally {
    await scorer.close();
  }
});

test('an error is beside its completion, and leaves it without a reward', async () => {
  const scorer = await open([
    { file: 'plain.ts', function: 'fails' },
    { function: 'format', weight: 0.1 },
  ]);
  try {
    const [verdicts = []] = await scorer.score([group('7', ['7', '8'])]);
    assert.deepEqual(
      verdicts.map(({ reward }) => reward),
      [null, 1],
    );
    assert.deepEqual(verdicts[0]?.rewards['fails'], {
      error: { kind: 'threw', message: 'plain.ts:16:33: Error: not seven' },
    });
  } finally {
    await scorer.close();
  }
});

test('a reward that a group skips is not called for it, and the others are as without it', async () => {
  // Of the completions that it is called for, and no others.
  const text = `let calls = 0;
export const calls_so_far = () => ++calls;
export const share = (batch: readonly unknown[]) => batch.map(() => 1 / batch.length);
export const broken = () => { throw new Error('called'); };`;
  const file = write('counting.ts', text);
  const scorer = await open(
    [
      { file, function: 'calls_so_far' },
      { file, function: 'share', per: 'group' },
      { file, function: 'broken' },
    ],
    outDir,
  );
  try {
    const groups = [
      { ...group('7', ['a', 'b']), skip: ['broken', 'calls_so_far'] },
      { ...group('7', ['c']), skip: ['broken', 'share'] },
      { ...group('7', ['d', 'e']), skip: ['broken'] },
    ];
    const verdicts = await scorer.score(groups);
    assert.deepEqual(
      verdicts
        .flat()
        .map(({ rewards, reward }) => [rewards['calls_so_far'], rewards['share'], rewards['broken'], reward]),
      [
        [{ value: null }, { value: 0.5 }, { value: null }, 0.5],
        [{ value: null }, { value: 0.5 }, { value: null }, 0.5],
        [{ value: 1 }, { value: null }, { value: null }, 1],
        [{ value: 2 }, { value: 0.5 }, { value: null }, 2.5],
        [{ value: 3 }, { value: 0.5 }, { value: null }, 3.5],
      ],
    );
  } finally {
    await scorer.close();
  }
});

test('no rewards, no process', async () => {
  const scorer = await open([]);
  assert.deepEqual(await scorer.score([group('7', ['7'])]), [[{ rewards: {}, reward: null }]]);
  await scorer.close();
});

test('the examples score as they say', async () => {
  const scorer = await open(
    [
      { file: 'gsm8k/reward.ts', name: 'correct' },
      { file: 'gsm8k/reward.ts', function: 'format', name: 'format' },
      { file: 'demo/reward.ts', name: 'demo' },
    ],
    examples,
  );
  try {
    const texts = ['6+4=10\n#### 10', '#### 7\n#### 10.', '#### 7', '10', '#### $10.00', 'a #### -10'];
    const [verdicts = []] = await scorer.score([group('9+1=<<9+1=10>>10\n#### 10', texts)]);
    const column = (name: string): unknown[] => verdicts.map(({ rewards }) => kindOf(rewards[name]));
    assert.deepEqual(column('correct'), [1, 1, 0, 0, 1, 0]);
    assert.deepEqual(column('format'), [1, 0, 1, 0, 1, 0]);
    assert.deepEqual(column('demo'), [1, 0, 0, 0, 0, 0]);
  } finally {
    await scorer.close();
  }
});

const refused: readonly (readonly [string, readonly Partial<RewardConfig>[], RegExp])[] = [
  [
    'a name twice',
    [{ function: 'format' }, { function: 'format' }],
    /Two rewards are called "format"\. Give one of them another "name"/,
  ],
  ['no such built-in', [{ function: 'gsm8' }], /did you mean "gsm8k"/],
  ['no such option', [{ function: 'gsm8k', options: { rul: 1 } }], /Reward "gsm8k": options: .*"rul"/],
  ['no such file', [{ file: 'nowhere.ts' }], /There is no reward file .*nowhere\.ts/],
  [
    'no such function',
    [{ file: 'plain.ts', function: 'corect' }],
    /plain\.ts exports no function "corect"; did you mean "correct"/,
  ],
  [
    'not a function',
    [{ file: 'hostile.ts', function: 'notAFunction' }],
    /"notAFunction" cannot be loaded: .*not a function but number/,
  ],
  [
    'throws on import',
    [{ file: 'notLoadable.ts' }],
    /"correct" cannot be loaded: notLoadable\.ts:8:\d+: Error: the table is empty/,
  ],
  [
    'ends its process on import',
    [{ file: 'exitsOnImport.ts' }],
    /the reward "correct" ended while it was loaded: signal SIGABRT/,
  ],
];

for (const [name, rewards, message] of refused) {
  test(`refused: ${name}`, async () => {
    await assert.rejects(open(rewards), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, message);
      return true;
    });
  });
}

test('what cannot be used keeps no scores of other files away, and is an error of each completion', async () => {
  const scorer = await openPartly([
    { file: write('broken.ts', 'export const a = 1;\nexport const broken = (;\n'), function: 'broken' },
    { file: write('works.ts', 'export const works = () => 1;'), function: 'works', weight: 2 },
    { file: 'works.ts', function: 'absent' },
    { file: write('throws.ts', "export const threw = () => 1;\nthrow new Error('no table');"), function: 'threw' },
    { function: 'length' },
    { file: 'gone.py', function: 'gone' },
  ]);
  try {
    assert.deepEqual(scorer.names, ['broken', 'works', 'absent', 'threw', 'length', 'gone']);
    assert.equal(scorer.whole, false);
    assert.deepEqual(
      scorer.files.map(({ file }) => path.basename(file)),
      ['works.ts'],
    );
    const [verdicts = []] = await scorer.score([group('7', ['7', '8'])]);
    const messages: Readonly<Record<string, RegExp>> = {
      broken: /broken\.ts:2:24: /,
      absent: /works\.ts exports no function "absent"/,
      threw: /throws\.ts:2:\d+: Error: no table/,
      length: /length/,
      gone: /There is no reward file .*gone\.py/,
    };
    assert.equal(verdicts.length, 2);
    for (const { rewards, reward } of verdicts) {
      assert.equal(reward, null, 'without one of them there is no sum');
      assert.deepEqual(rewards['works'], { value: 1 });
      for (const [name, message] of Object.entries(messages)) {
        const result = rewards[name];
        assert.match(result && 'error' in result ? result.error.message : '', message);
      }
    }
  } finally {
    await scorer.close();
  }
});

test('where no reward can be used there is nothing to score', async () => {
  await assert.rejects(
    openPartly([{ file: write('no.ts', 'export const no = (;'), name: 'a' }, { file: 'gone.ts' }]),
    /no\.ts:1:20/,
  );
});

test('who gives up while rewards load is told so, and of no reward', async () => {
  const file = write('endless.ts', 'export const correct = () => 1;\nfor (;;);\n');
  const why = new UserError('given up');
  const ending = AbortSignal.abort(why);
  await assert.rejects(openPartly([{ file }, { function: 'length', options: { target: 1, limit: 2 } }], ending), why);
});
