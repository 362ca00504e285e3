/** What is told of a reward file while completions are scored with it. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { rewardConfigSchema } from '../../src/engine/protocol/experiment.ts';
import type { Place, Trace } from '../../src/engine/protocol/scoring.ts';
import { openScorer, type Scorer, type TracedVerdicts } from '../../src/engine/reward/scorer.ts';
import { temporaryFolder } from './support.ts';

const HELPER = `export const isLong = (text: string): boolean => {
  const { length } = text;
  return length > 3;
};
`;

const REWARD = `import { isLong } from './helper.ts';
const DIGITS = /^\\d+$/;
export const score = ({ completion }: { completion: string }): number => {
  const trimmed = completion.trim();
  if (trimmed === 'hang') for (;;);
  if (trimmed === 'bad') throw new Error('bad on purpose');
  if (!DIGITS.test(trimmed)) return isLong(trimmed) ? 2 : 0;
  else if (/never/.test(trimmed)) return 3;
  return 1;
};
export const slow = async ({ completion }: { completion: string }): Promise<number> => {
  await new Promise((resolve) => void setTimeout(resolve, completion.length));
  const half = completion.length / 2;
  return half;
};
export const group = (batch: readonly { completion: string }[]): number[] => {
  const lengths = batch.map(({ completion }) => completion.length);
  return lengths;
};
`;

interface Project {
  readonly folder: string;
  readonly file: string;
  readonly helper: string;
}

function project(): Project {
  const folder = temporaryFolder();
  const [file, helper] = [path.join(folder, 'reward.ts'), path.join(folder, 'helper.ts')];
  fs.writeFileSync(file, REWARD);
  fs.writeFileSync(helper, HELPER);
  return { folder, file, helper };
}

interface Opening {
  readonly trace?: string;
  readonly timeout?: number;
  readonly unsaved?: ReadonlyMap<string, string>;
}

async function open(
  t: TestContext,
  { folder }: Project,
  functions: readonly string[],
  opening: Opening,
): Promise<Scorer> {
  const { timeout = 60, ...options } = opening;
  const scorer = await openScorer({
    rewards: functions.map((name) =>
      rewardConfigSchema.parse({
        file: './reward.ts',
        function: name,
        per: name === 'group' ? 'group' : 'completion',
        timeout,
      }),
    ),
    baseDir: folder,
    outDir: path.join(folder, 'bundles'),
    onWarning: () => {},
    ...options,
  });
  t.after(() => scorer.close());
  return scorer;
}

/** In groups of these texts. */
function trace(scorer: Scorer, groups: readonly (readonly string[])[], watch: number | null): Promise<TracedVerdicts> {
  return scorer.trace(
    groups.map((texts) => ({ row: {}, prompt: 'p', completions: texts.map((text) => ({ text, tokens: 1 })) })),
    watch,
  );
}

/** The text at a place of a single line. */
function at(source: string, { line, column, endLine, endColumn }: Place): string {
  assert.equal(line, endLine);
  return source.split('\n')[line]?.slice(column, endColumn) ?? '';
}

function told(source: string, found: Trace | null) {
  assert.ok(found);
  return {
    values: found.values.map((value) => `${value.kind} ${at(source, value)} = ${value.text} x${value.times}`),
    branches: found.branches.map((branch) => `${branch.what} ${at(source, branch)}: ${branch.took}/${branch.calls}`),
    matches: found.matches.map((match) => `${at(source, match)}: ${match.matched}/${match.calls}`),
  };
}

test('values of the watched completion, branches and expressions of all', async (t) => {
  const files = project();
  const scorer = await open(t, files, ['score'], { trace: files.file });
  const { verdicts, trace: found } = await trace(
    scorer,
    [
      ['12', 'word'],
      [' x ', 'bad'],
    ],
    2,
  );
  assert.deepEqual(
    verdicts.flat().map(({ reward }) => reward),
    [1, 2, 0, null],
  );
  const { values, branches, matches } = told(REWARD, found);
  assert.deepEqual(values, [
    'const completion.trim() = "x" x1',
    "condition trimmed === 'hang' = false x1",
    "condition trimmed === 'bad' = false x1",
    'condition !DIGITS.test(trimmed) = true x1',
    'condition isLong(trimmed) = false x1',
    'return isLong(trimmed) ? 2 : 0 = 0 x1',
  ]);
  assert.deepEqual(branches, [
    "else trimmed === 'hang': 4/4",
    'then for (;;);: 0/4',
    "else trimmed === 'bad': 3/4",
    "then throw new Error('bad on purpose');: 1/4",
    'then return isLong(trimmed) ? 2 : 0;: 2/3',
    'then 2: 1/2',
    'else 0: 1/2',
    'else if (/never/.test(trimmed)) return 3;: 1/3',
    'else /never/.test(trimmed): 1/1',
    'then return 3;: 0/1',
  ]);
  assert.deepEqual(matches, ['DIGITS: 1/3', '/never/: 0/1']);
  // With the place in the file, as without a trace.
  const [, , , failed] = verdicts.flat();
  assert.deepEqual(failed?.rewards['score'], {
    error: { kind: 'threw', message: 'reward.ts:6:32: Error: bad on purpose' },
  });
});

test('an imported file, unsaved; nothing of a file that is not imported', async (t) => {
  const files = project();
  const edited = HELPER.replace('length > 3', 'length > 1');
  const unsaved = new Map([[files.helper, edited]]);
  const imported = await open(t, files, ['score'], { trace: files.helper, unsaved });
  const { verdicts, trace: found } = await trace(imported, [['xy', '12']], 0);
  assert.equal(verdicts[0]?.[0]?.reward, 2);
  assert.deepEqual(told(edited, found).values, ['const text = "xy" x1', 'return length > 1 = true x1']);
  const other = await open(t, files, ['score'], { trace: path.join(files.folder, 'other.ts') });
  assert.equal((await trace(other, [['xy']], 0)).trace, null);
  const none = await open(t, files, ['score'], {});
  assert.equal((await trace(none, [['xy']], 0)).trace, null);
});

test('a project that is opened through a link', async (t) => {
  const files = project();
  const folder = path.join(temporaryFolder(), 'link');
  fs.symlinkSync(files.folder, folder, 'junction');
  const linked = { folder, file: path.join(folder, 'reward.ts'), helper: path.join(folder, 'helper.ts') };
  const unsaved = new Map([[linked.file, REWARD.replace('return 1;', 'return 5;')]]);
  const scorer = await open(t, linked, ['score'], { trace: linked.file, unsaved });
  const { verdicts, trace: found } = await trace(scorer, [['12']], 0);
  assert.equal(verdicts[0]?.[0]?.reward, 5);
  assert.equal(found?.values.at(-1)?.text, '5');
});

test('asynchronous calls that overlap, groups, and functions together', async (t) => {
  const files = project();
  const scorer = await open(t, files, ['slow', 'group'], { trace: files.file });
  const { trace: found } = await trace(
    scorer,
    [
      ['aaaa', 'bb'],
      ['cccccc', 'd', 'eee'],
    ],
    3,
  );
  const { values } = told(REWARD, found);
  assert.deepEqual(values, [
    'return void setTimeout(resolve, completion.length) = undefined x1',
    'const completion.length / 2 = 0.5 x1',
    'return half = 0.5 x1',
    'return completion.length = 3 x3',
    'const batch.map(({ completion }) => completion.length) = [ 6, 1, 3 ] x1',
    'return lengths = [ 6, 1, 3 ] x1',
  ]);
  assert.deepEqual(told(REWARD, (await trace(scorer, [['aaaa']], null)).trace).values, []);
});

test('a process that had to be replaced tells what it still can', async (t) => {
  const files = project();
  const scorer = await open(t, files, ['score'], { trace: files.file, timeout: 0.5 });
  const { verdicts, trace: found } = await trace(scorer, [['12', 'hang', '34']], 2);
  assert.deepEqual(
    verdicts.flat().map(({ reward }) => reward),
    [1, null, 1],
  );
  const { values, branches } = told(REWARD, found);
  assert.ok(values.includes('const completion.trim() = "34" x1'));
  // The first was scored in the process that was ended.
  assert.ok(branches.includes("else trimmed === 'bad': 1/1"));
});

test('what cannot be told about is scored all the same', async (t) => {
  const files = project();
  // The name that instrumented code has for itself.
  fs.writeFileSync(files.file, `const rlvrProbe = 1;\n${REWARD}`);
  const scorer = await open(t, files, ['score'], { trace: files.file });
  const { verdicts, trace: found } = await trace(scorer, [['12']], 0);
  assert.equal(verdicts[0]?.[0]?.reward, 1);
  assert.equal(found, null);
});

test('what the compiler refuses is told in the places of the file', async (t) => {
  const files = project();
  fs.writeFileSync(
    files.file,
    REWARD.replace('const half = completion.length', 'const half = 1; half = completion.length'),
  );
  const column = 'const half = 1; '.length + 3;
  const scorer = open(t, files, ['score'], { trace: files.file });
  await assert.rejects(scorer, { message: new RegExp(`reward\\.ts:13:${column}: Cannot assign to "half"`) });
});
