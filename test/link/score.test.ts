/** Stored completions scored with the reward files as they are now, and what else an engine without a run answers. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { rewardConfigSchema } from '../../src/engine/protocol/experiment.ts';
import type { ScoreRequest } from '../../src/engine/protocol/scoring.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { heldBy } from '../support/held.ts';
import { until } from '../support/processes.ts';
import { HANG_LIMIT, makeProject, reward, runsDir, train, writeExperiment } from '../support/trainingProject.ts';
import { Client, type Heard } from './client.ts';
import { outputOf, shortFolder, startSession } from './engineSession.ts';
import { runQuestion } from '../support/scoreQuestions.ts';

/** What was scored; fails where the engine could not. */
function scores({ message, arrays }: Heard) {
  assert.ok(message.type === 'reply' && message.reply.kind === 'score', JSON.stringify(message));
  return { ...message.reply, values: arrays.map((array) => [...array]) };
}

function failure({ message }: Heard): string {
  assert.ok(message.type === 'failure', JSON.stringify(message));
  return message.message;
}

test('scores as they are, and as the file is edited', HANG_LIMIT, async (t) => {
  const project = await makeProject('gpt2');
  const rewards = [
    reward('digits'),
    { ...reward('onlyEggs'), weight: 0 },
    { ...reward('troubled'), weight: 0, timeout: 1 },
  ];
  const { dir: runDir } = await train(project, { rewards, training: { steps: 2 }, threads: 1 });
  const reader = RunReader.open(runDir);
  const completions = reader.completionsOfStep(2).filter(({ purpose }) => purpose === 'rollout');
  const problems = [...new Set(completions.map(({ key }) => key.problem))];
  reader.close();
  const groups = problems.map((problem) => ({ step: 2, purpose: 'rollout', split: 'train', problem }) as const);
  const question: ScoreRequest = { kind: 'score', ...runQuestion(runDir, groups) };
  const session = startSession({ kind: 'serve' });
  const client = await Client.welcome(session);
  const file = join(project.folder, 'rewards.ts');
  const original = readFileSync(file, 'utf8');
  let before: readonly number[] = [];

  await t.test('unchanged files say what they said', async () => {
    const { rewards: names, samples, values, errors } = scores(await client.ask(question));
    assert.deepEqual(names, ['digits', 'onlyEggs', 'troubled']);
    assert.deepEqual(
      samples,
      problems.map((problem) => completions.filter(({ key }) => key.problem === problem).length),
    );
    const expected = (of: (record: (typeof completions)[number]) => number): number[] => completions.map(of);
    const value = (name: string) => (record: (typeof completions)[number]) => {
      const result = record.rewards[name];
      return result && 'value' in result ? (result.value ?? NaN) : NaN;
    };
    assert.deepEqual(values, [
      expected(({ reward: combined }) => combined ?? NaN),
      expected(value('digits')),
      expected(value('onlyEggs')),
      expected(value('troubled')),
    ]);
    assert.deepEqual(
      errors.map(([name, index]) => [name, index]),
      completions.flatMap(({ rewards: { troubled } }, index) =>
        troubled && 'error' in troubled ? [['troubled', index]] : [],
      ),
    );
    before = values[1] ?? [];
    const [[, , kind, text] = assert.fail()] = errors;
    assert.equal(kind, 'threw');
    assert.match(text, /^rewards\.ts:\d+:\d+: Error: broken on purpose$/);
  });

  await t.test('an edited file says something else', async () => {
    writeFileSync(file, original.replace("completion === '' ? 0 :", "completion === '' ? 0 : 2 *"));
    const { values } = scores(await client.ask(question));
    assert.deepEqual(
      values[1],
      before.map((digits) => 2 * digits),
    );
  });

  await t.test('one that does not compile is a failure with file and line', async () => {
    writeFileSync(file, `${original}\nexport const broken = ;\n`);
    assert.match(failure(await client.ask(question)), /rewards\.ts cannot be loaded:\n {2}rewards\.ts:\d+:23: /);
  });

  await t.test('a question that is still worked on when the file changes fails, and the next is answered', async () => {
    const endless =
      'export const digits = () => { fs.writeFileSync("held", `1\\n${import.meta.dirname}\\n`); for (;;); };\n';
    writeFileSync(file, original.replace(/export const digits.*\n.*\n/, endless));
    const stuck = client.ask(question);
    await until(() => heldBy(project.folder) !== null);
    writeFileSync(file, original);
    const { values } = scores(await client.ask(question));
    assert.equal(values[0]?.length, completions.length);
    assert.match(failure(await stuck), /^The reward was edited meanwhile;/);
  });

  await t.test('what is not there has no samples', async () => {
    const nothing = { step: 99, purpose: 'rollout', split: 'train', problem: 0 } as const;
    assert.deepEqual(
      scores(await client.ask({ ...question, of: { kind: 'stored', runDir, groups: [nothing] } })).samples,
      [0],
    );
    assert.match(
      failure(await client.ask({ ...question, of: { kind: 'stored', runDir: project.folder, groups: [] } })),
      /is not a run folder/,
    );
  });

  client.say({ type: 'stop' });
  assert.equal((await session.ended).code, 0, outputOf(session));
});

test('what is typed is scored and told of before it is saved', HANG_LIMIT, async () => {
  const folder = shortFolder();
  const [file, helper] = [join(folder, 'reward.ts'), join(folder, 'helper.ts')];
  // Says how often the process was asked.
  const typed = `import { half } from './helper.ts';
let asked = 0;
export const score = ({ completion }) => {
  const length = half(completion);
  return length > 1 ? length : -(asked += 1);
};
`;
  writeFileSync(file, 'export const score = () => 0;');
  writeFileSync(helper, 'export const half = () => 0;');
  const question: ScoreRequest = {
    kind: 'score',
    rewards: [rewardConfigSchema.parse({ file: './reward.ts', function: 'score' })],
    baseDir: folder,
    unsaved: [
      { path: file, text: typed },
      { path: helper, text: 'export const half = (text: string) => text.length / 2;' },
    ],
    live: true,
    of: {
      kind: 'given',
      groups: [{ row: {}, prompt: 'p', completions: ['aaaa', 'b'].map((text) => ({ text, tokens: 1 })) }],
    },
  };
  const session = startSession({ kind: 'serve' });
  const client = await Client.welcome(session);
  assert.equal(scores(await client.ask(question)).trace, null);

  const first = scores(await client.ask({ ...question, trace: { file, watch: 0 } }));
  assert.deepEqual(first.values[1], [2, -1]);
  const valuesOf = (trace: typeof first.trace) =>
    trace?.values.map(({ line, kind, text }) => `${line} ${kind} ${text}`);
  assert.deepEqual(valuesOf(first.trace), ['3 const 2', '4 condition true', '4 return 2']);
  assert.deepEqual(
    first.trace?.branches.map(({ what, took, calls }) => `${what} ${took}/${calls}`),
    ['then 1/2', 'else 1/2'],
  );
  // Another completion is watched in the same process.
  const second = scores(await client.ask({ ...question, trace: { file, watch: 1 } }));
  assert.deepEqual(second.values[1], [2, -2]);
  assert.deepEqual(valuesOf(second.trace), ['3 const 0.5', '4 condition false', '4 return -2']);
  const imported = scores(await client.ask({ ...question, trace: { file: helper, watch: 0 } }));
  assert.deepEqual(valuesOf(imported.trace), ['0 return 2']);

  client.say({ type: 'stop' });
  await session.ended;
});

/** A question about two completions, with functions of files in a folder. */
function given(baseDir: string, ...files: readonly string[]): ScoreRequest {
  const completions = ['aaaa', 'b'].map((text) => ({ text, tokens: 1 }));
  return {
    kind: 'score',
    rewards: files.map((file) => rewardConfigSchema.parse({ file, function: 'score', name: file })),
    baseDir,
    unsaved: [],
    live: false,
    of: { kind: 'given', groups: [{ row: {}, prompt: 'p', completions }] },
  };
}

/** Says how often its process was asked. */
const COUNTS = 'let asked = 0;\nexport const score = () => (asked += 1);\n';

test('a file that cannot be compiled keeps no scores of another away', HANG_LIMIT, async () => {
  const folder = shortFolder();
  const typed = join(folder, 'typed.ts');
  writeFileSync(typed, COUNTS);
  writeFileSync(join(folder, 'other.ts'), COUNTS);
  const session = startSession({ kind: 'serve' });
  const client = await Client.welcome(session);
  const question = { ...given(folder, 'typed.ts', 'other.ts'), live: true };
  const broken = scores(
    await client.ask({ ...question, unsaved: [{ path: typed, text: 'export const score = () => (;\n' }] }),
  );
  assert.deepEqual(broken.values, [
    [NaN, NaN],
    [NaN, NaN],
    [1, 2],
  ]);
  assert.deepEqual(
    broken.errors.map(([name, index, kind]) => [name, index, kind]),
    [
      ['typed.ts', 0, 'threw'],
      ['typed.ts', 1, 'threw'],
    ],
  );
  for (const [, , , message] of broken.errors) assert.match(message, /cannot be loaded:\n {2}typed\.ts:1:29: /);
  assert.deepEqual(scores(await client.ask(question)).values.slice(1), [
    [1, 2],
    [1, 2],
  ]);
  // One that was broken on the disk is seen when it is whole again.
  const saved = { ...question, live: false };
  writeFileSync(typed, 'export const score = (;\n');
  assert.equal(scores(await client.ask(saved)).errors.length, 2);
  writeFileSync(typed, COUNTS);
  assert.equal(scores(await client.ask(saved)).errors.length, 0);
  // Versions that are compared are whole or none.
  writeFileSync(typed, 'export const score = (;\n');
  assert.match(failure(await client.ask({ ...saved, compares: true })), /typed\.ts cannot be loaded/);
  client.say({ type: 'stop' });
  await session.ended;
});

test('a project that is named through a link has one process for all its questions', HANG_LIMIT, async () => {
  const folder = shortFolder();
  mkdirSync(join(folder, 'project', 'lib'), { recursive: true });
  writeFileSync(join(folder, 'project', 'reward.ts'), `import './lib/imported.ts';\n${COUNTS}`);
  writeFileSync(join(folder, 'project', 'lib', 'imported.ts'), '');
  const link = join(folder, 'link');
  symlinkSync(join(folder, 'project'), link, 'junction');
  const session = startSession({ kind: 'serve' });
  const client = await Client.welcome(session);
  const question = given(link, 'reward.ts');
  const counted = async (asked: ScoreRequest) => scores(await client.ask(asked)).values[1];
  assert.deepEqual(await counted(question), [1, 2]);
  assert.deepEqual(await counted(question), [3, 4], 'it was opened once');
  // As the editor names it.
  const typed = { ...question, live: true, unsaved: [{ path: join(link, 'lib', 'imported.ts'), text: '// typed\n' }] };
  assert.deepEqual(await counted(typed), [1, 2]);
  assert.deepEqual(await counted(typed), [3, 4], 'nothing else was typed');
  writeFileSync(join(folder, 'project', 'lib', 'imported.ts'), '// edited\n');
  assert.deepEqual(await counted(question), [1, 2], 'an edit is seen through the link');
  client.say({ type: 'stop' });
  await session.ended;
});

test('the machine is checked', HANG_LIMIT, async () => {
  const session = startSession({ kind: 'serve' });
  const client = await Client.welcome(session);
  const { message } = await client.ask({ kind: 'check' });
  assert.ok(message.type === 'reply' && message.reply.kind === 'check');
  const statusOf = new Map(message.reply.checks.map(({ name, status }) => [name, status]));
  for (const name of ['node', 'node:sqlite', 'ONNX Runtime', 'CPU', 'grader'])
    assert.equal(statusOf.get(name), 'ok', name);
  client.say({ type: 'stop' });
  await session.ended;
});

test('an engine that trains says that it does', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const experimentPath = writeExperiment(project, { threads: 1, training: { steps: 100_000 } });
  const session = startSession({ kind: 'train', experimentPath, overrides: [], runsDir: runsDir(project) });
  const client = await Client.welcome(session);
  assert.equal(failure(await client.ask({ kind: 'check' })), 'This engine trains. Ask one that serves.');
  client.say({ type: 'stop' });
  await session.ended;
});
