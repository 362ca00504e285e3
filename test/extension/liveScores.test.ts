/** Live scores without an editor: what is asked of the engine when, and what becomes of the answers. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { rewardConfigSchema } from '../../src/engine/protocol/experiment.ts';
import { UserError } from '../../src/engine/protocol/errors.ts';
import type { UnsavedFile } from '../../src/engine/protocol/scoring.ts';
import { liveMethods, type RunSample } from '../../src/extension/data/liveMethods.ts';
import type { RunData } from '../../src/extension/data/runData.ts';
import type { Scores, ScoreQuestion } from '../../src/extension/engine/engineQuestions.ts';
import { liveAnswer, scoreOnce } from '../../src/extension/live/liveAnswer.ts';
import type { LiveResult } from '../../src/extension/live/liveResult.ts';
import type { LiveText } from '../../src/extension/live/liveResult.ts';
import { LiveScores, type LiveEnvironment } from '../../src/extension/live/liveScores.ts';
import type { StoredQuestion } from '../../src/extension/panels/rescorer.ts';

const REWARD = `import type { Reward } from 'rlvr';\nexport const right: Reward = ({ completion }) => completion === 'yes';\n`;
const HELPER = `export const clean = (text: string) => text.trim();\n`;
const CONFIG = rewardConfigSchema.parse({ file: 'reward.ts', function: 'right', options: { strict: true } });

const sample: RunSample = {
  runDir: '/project/.rlvr/runs/r',
  rewards: [CONFIG],
  baseDir: '/project',
  groups: [{ step: 1, purpose: 'rollout', split: 'train', problem: 7 }],
  completions: [0, 1].map((index) => ({
    group: 0,
    key: { step: 1, problem: 7, occurrence: 0, round: 0, sample: index },
  })),
  recorded: { right: Float64Array.of(0, 0) },
  rules: null,
};

interface Asked {
  readonly question: ScoreQuestion;
  answer(values: readonly number[], errors?: Scores['errors']): void;
  fail(message: string): void;
}

/** As a judge fails that is asked nothing while somebody types. */
const REFUSED = { reward: 'right', completion: 0, kind: 'threw', message: 'nothing new' } as const;

function open(t: TestContext, changes: Partial<LiveEnvironment> = {}) {
  const asked: Asked[] = [];
  const read = (name: string, args: unknown): unknown => {
    if (name === 'runSample') return sample;
    assert.equal(name, 'rewardFunctions');
    // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- as the caller's types have it
    return liveMethods.rewardFunctions({} as never, args as never);
  };
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the two methods that are called
  const data = { call: (name: string, args: unknown) => Promise.resolve(read(name, args)) } as Pick<RunData, 'call'>;
  const live = new LiveScores({
    data,
    score: (question) =>
      new Promise((resolve, reject) => {
        asked.push({
          question,
          answer: (values, errors = []) => resolve({ ...scores(question, values), errors }),
          fail: (message) => reject(new UserError(message)),
        });
      }),
    usesOf: (path) =>
      Promise.resolve(path.endsWith('reward.ts') ? [{ experimentPath: '/project/a.rlvr.json', reward: CONFIG }] : []),
    runFor: () => sample.runDir,
    unsaved: () => [],
    ...changes,
  });
  t.after(() => live.dispose());
  t.mock.timers.enable({ apis: ['setTimeout'] });
  return { live, asked };
}

function scores({ rewards }: ScoreQuestion, values: readonly number[]): Scores {
  return {
    rewards: rewards.map(({ function: name }) => name),
    samples: [values.length],
    combined: Float64Array.from(values),
    byReward: rewards.map(() => Float64Array.from(values)),
    errors: [],
    trace: null,
  };
}

const text = (version: number, path = '/project/reward.ts', content = REWARD): LiveText => ({
  path,
  version,
  text: content,
});

/** Lets every promise that can go on do so. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** With scores of the reward in front. */
async function openScored(t: TestContext): Promise<ReturnType<typeof open>> {
  const opened = open(t);
  opened.live.switch(true);
  opened.live.setText(text(1));
  await settle();
  opened.asked[0]?.answer([0, 1]);
  await settle();
  return opened;
}

test('what is in front is scored at once, what is typed after a pause, and only the newest answer counts', async (t) => {
  const { live, asked } = open(t);
  live.switch(true);
  live.setText(text(1));
  await settle();
  const [first = assert.fail('not asked')] = asked;
  assert.deepEqual(first.question.rewards, [{ ...CONFIG, file: '/project/reward.ts', name: 'right' }]);
  assert.deepEqual(first.question.trace, { file: '/project/reward.ts', watch: 0 });
  assert.ok(first.question.live);
  live.setText(text(2));
  live.setText(text(3));
  await settle();
  assert.equal(asked.length, 1, 'somebody types');
  t.mock.timers.tick(80);
  await settle();
  assert.equal(asked.length, 2);
  asked[1]?.answer([1, 1]);
  await settle();
  first.answer([0, 0]);
  await settle();
  assert.equal(live.result?.text.version, 3);
  assert.equal(live.result.functions[0]?.summary.mean, 1);
  assert.deepEqual(live.result.functions[0].recorded, Float64Array.of(0, 0));
});

test('a text that does not compile leaves the last scores, and says why there are no newer ones', async (t) => {
  const { live, asked } = await openScored(t);
  live.setText(text(2, '/project/reward.ts', `${REWARD}\nconst half = `));
  t.mock.timers.tick(80);
  await settle();
  asked[1]?.fail('reward.ts:4:13: Unexpected end of file');
  await settle();
  assert.equal(live.result?.text.version, 1);
  assert.match(live.failure ?? '', /Unexpected end of file/);
  live.setText(text(3));
  t.mock.timers.tick(80);
  await settle();
  asked[2]?.answer([1, 1]);
  await settle();
  assert.equal(live.failure, null);
});

test('a file without rewards leaves the one before, which may import it', async (t) => {
  const { live, asked } = await openScored(t);
  live.setText(text(1, '/project/helper.ts', HELPER));
  live.setText(text(2, '/project/helper.ts', HELPER));
  t.mock.timers.tick(80);
  await settle();
  assert.equal(asked.at(-1)?.question.trace?.file, '/project/reward.ts');
  live.forget('/project/reward.ts');
  assert.equal(live.result, null);
});

test('switched off, nothing runs and nothing is shown; the file is still known for one with rewards', async (t) => {
  const { live, asked } = open(t);
  live.setText(text(1));
  await settle();
  assert.deepEqual([asked.length, live.rewardFile], [0, '/project/reward.ts']);
  live.switch(true);
  await settle();
  asked[0]?.answer([0, 1]);
  await settle();
  assert.ok(live.result);
  live.switch(false);
  await settle();
  assert.equal(live.result, null);
  assert.equal(asked.length, 1);
});

test('where no run may be scored, nothing runs', async (t) => {
  const { live, asked } = open(t, { runFor: () => null });
  live.switch(true);
  live.setText(text(1));
  await settle();
  assert.deepEqual([asked.length, live.result], [0, null]);
});

test('a file without completions is told of with its functions, until there are some or it is switched off', async (t) => {
  let runDir: string | null = null;
  const { live, asked } = open(t, { runFor: () => runDir });
  live.setText(text(1));
  await settle();
  assert.deepEqual([live.unscored], [null], 'live scores are off');
  live.switch(true);
  await settle();
  assert.equal(live.unscored?.path, '/project/reward.ts');
  assert.deepEqual(
    live.unscored.functions.map(({ name }) => name),
    ['right'],
  );
  runDir = sample.runDir;
  live.refresh();
  await settle();
  asked[0]?.answer([0, 1]);
  await settle();
  assert.equal(live.unscored, null);
  assert.notEqual(live.result, null);
  runDir = null;
  live.refresh();
  await settle();
  assert.notEqual(live.unscored, null);
  live.forget('/project/reward.ts');
  assert.equal(live.unscored, null);
});

test('the completion that is read is the one whose values are told', async (t) => {
  const { live, asked } = await openScored(t);
  const [group = assert.fail()] = sample.groups;
  live.setWatched({ runDir: sample.runDir, group, sample: { occurrence: 0, round: 0, sample: 1 } });
  await settle();
  assert.equal(asked[1]?.question.trace?.watch, 1);
});

/** A question of Outputs about the group that is read, as it is asked a moment after each key, and whether it reached the engine. */
async function readGroup(
  live: LiveScores,
  changes: Partial<StoredQuestion> = {},
  unsaved: readonly UnsavedFile[] = [],
) {
  let asks = 0;
  const [group = assert.fail()] = sample.groups;
  const question: StoredQuestion = {
    rewards: [CONFIG],
    baseDir: sample.baseDir,
    live: false,
    of: { kind: 'stored', runDir: sample.runDir, groups: [group] },
    ...changes,
  };
  const answer = await scoreOnce(
    live,
    question,
    () => unsaved,
    () => {
      asks += 1;
      return Promise.resolve(scores({ ...question, unsaved: [] }, [9, 9]));
    },
  );
  return { asks, answer };
}

test('a key with Outputs open is one question: what is read has its scores of the live ones', async (t) => {
  const { live, asked } = await openScored(t);
  live.setText(text(2));
  const read = readGroup(live);
  await settle();
  t.mock.timers.tick(80);
  await settle();
  assert.equal(asked.length, 2);
  asked[1]?.answer([0.5, 0.25]);
  const { asks, answer } = await read;
  assert.equal(asks, 0);
  assert.deepEqual(answer, {
    rewards: ['right'],
    samples: [2],
    combined: Float64Array.of(0.5, 0.25),
    byReward: [Float64Array.of(0.5, 0.25)],
    errors: [],
    trace: null,
  });
});

test('of a sample, the group that is read has its own part, its errors among it', async (t) => {
  const { live } = await openScored(t);
  const { result } = live;
  assert.ok(result);
  const [own = assert.fail()] = sample.groups;
  const key = { step: 2, problem: 7, occurrence: 0, round: 0, sample: 0 };
  const [right = assert.fail()] = result.functions;
  const error = { reward: 'right', kind: 'threw', message: 'no' } as const;
  const wider: LiveResult = {
    ...result,
    sample: {
      ...sample,
      groups: [own, { ...own, step: 2 }],
      completions: [...sample.completions, { group: 1, key }],
    },
    functions: [
      {
        ...right,
        values: Float64Array.of(0, 1, NaN),
        errors: [
          { ...error, completion: 0 },
          { ...error, completion: 2 },
        ],
      },
    ],
    combined: Float64Array.of(NaN, 1, NaN),
  };
  const known = liveAnswer(wider, {
    rewards: [CONFIG],
    baseDir: sample.baseDir,
    live: false,
    of: { kind: 'stored', runDir: sample.runDir, groups: [{ ...own, step: 2 }] },
  });
  assert.deepEqual(known?.samples, [1]);
  assert.deepEqual(known.combined, Float64Array.of(NaN));
  assert.deepEqual(known.errors, [{ ...error, completion: 0 }]);
});

test('what failed live is asked once it is saved', async (t) => {
  const { live, asked } = await openScored(t);
  live.setText(text(2));
  t.mock.timers.tick(80);
  await settle();
  asked[1]?.answer([NaN, 1], [REFUSED]);
  await settle();
  const typed = await readGroup(live, {}, [{ path: '/project/lib/helper.ts', text: HELPER }]);
  assert.equal(typed.asks, 0, 'not at every key');
  assert.deepEqual(typed.answer.errors, [REFUSED]);
  const saved = await readGroup(live, {}, [{ path: '/elsewhere/helper.ts', text: HELPER }]);
  assert.equal(saved.asks, 1);
  assert.deepEqual(saved.answer.errors, []);
});

test('what live scores do not answer is asked of the engine', async (t) => {
  const { live, asked } = await openScored(t);
  const [group = assert.fail()] = sample.groups;
  const other = rewardConfigSchema.parse({ file: 'other.ts', function: 'right', name: 'other' });
  const run = { kind: 'stored', runDir: sample.runDir } as const;
  const questions: Readonly<Record<string, Partial<StoredQuestion>>> = {
    'another reward beside it': { rewards: [CONFIG, other] },
    'other options': { rewards: [{ ...CONFIG, options: {} }] },
    'a version that lies elsewhere': { baseDir: '/project/.rlvr/runs/r/rewards' },
    'a group that is not in the sample': { of: { ...run, groups: [{ ...group, step: 9 }] } },
    'another run': { of: { ...run, runDir: '/elsewhere', groups: [group] } },
  };
  for (const [what, question] of Object.entries(questions))
    assert.equal((await readGroup(live, question)).asks, 1, what);
  assert.equal((await readGroup(live)).asks, 0);
  // A text without scores has none to give.
  live.setText(text(2, '/project/reward.ts', `${REWARD}\nconst half = `));
  t.mock.timers.tick(80);
  await settle();
  asked[1]?.fail('reward.ts:4:13: Unexpected end of file');
  await settle();
  assert.equal((await readGroup(live)).asks, 1, 'a text that does not compile');
  live.switch(false);
  await settle();
  assert.equal((await readGroup(live)).asks, 1, 'switched off');
});
