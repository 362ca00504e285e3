import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { experimentSchema } from '../../src/engine/protocol/experiment.ts';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { manifest, problem, RUN_ID, stepRecord, temporaryFolder } from '../run/samples.ts';
import { finish, jsonLines, rlvr, start } from './rlvr.ts';

const repository = resolve(import.meta.dirname, '../..');

const EXPERIMENT = 'sample.rlvr.json';
const CASES = 'reward.reward-cases.json';

/** Says of the run's completions what the run has, and fails where the file asks it to. */
const REWARD = `
export const correct = ({ completion, answer }) => (completion.endsWith(\`so the answer is \${answer}.\`) ? 1 : 0);
export const format = ({ completion, options }) => {
  if (completion.includes('unknown')) throw new Error('no number');
  return options.points ?? null;
};
export const ranks = (batch) => batch.map(({ index }) => index / 10);
`;

const verdicts = z.object({
  reward: z.number(),
  rewards: z.record(z.string(), z.object({ value: z.number().nullable().optional() })),
});
const mean = z.object({ mean: z.number().nullable() });
const differences = z.array(z.object({ name: z.string(), before: mean, now: mean, changed: z.number() }));

/** A folder with a run of three steps, its experiment and its reward file. */
function preparedRun(): string {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'reward.ts'), REWARD);
  const written = {
    model: 'model',
    dataset: { source: 'train.jsonl' },
    rewards: [
      { file: 'reward.ts', function: 'correct' },
      { file: 'reward.ts', function: 'format', weight: 0 },
    ],
  };
  writeFileSync(join(cwd, EXPERIMENT), JSON.stringify(written));
  const own = { ...manifest, experimentPath: join(cwd, EXPERIMENT) };
  const writer = RunWriter.create(join(cwd, '.rlvr', 'runs', RUN_ID), own, experimentSchema.parse(written));
  const records = [0, 1, 2].map((step) => stepRecord(step));
  writer.writeSteps(records.map((record) => ({ ...record, problems: [...record.problems, problem(3)] })));
  writer.setStatus('stopped');
  writer.close();
  return cwd;
}

const runFolder = join('.rlvr', 'runs', RUN_ID);

function writeCases(cwd: string, ...cases: readonly object[]): void {
  writeFileSync(join(cwd, CASES), JSON.stringify({ version: 1, cases }, null, 2));
}

const right = {
  function: 'correct',
  expected: 1,
  row: { answer: '4' },
  prompt: '',
  completion: 'so the answer is 4.',
  tokens: 5,
};

test('what a run has is scored with the files as they are now', async () => {
  const cwd = preparedRun();
  const { code, stdout } = await rlvr(['score', runFolder], cwd);
  assert.equal(code, 0);
  const [title, , titles, correct, format, sum, , heading, failure, ...rest] = stdout.split('\n');
  assert.equal(title, `18 completions of ${RUN_ID}, train, steps 0 to 2: before → now`);
  assert.match(titles ?? '', /^reward +mean +pass +errors +not applicable +changed$/);
  assert.match(correct ?? '', /^correct +0\.500 +50\.0 % +0 +0 +0$/);
  assert.match(format ?? '', /^format +none +0\.0 % +2 → 9 +16 → 9 +9$/);
  assert.match(sum ?? '', /^weighted sum +0\.500 /);
  assert.equal(heading, 'Errors of format:');
  assert.match(failure ?? '', /^ {2}9 × reward\.ts:4:\d+: Error: no number$/);
  assert.deepEqual(rest, ['']);
});

test('an edited file says something else, of each completion', async () => {
  const cwd = preparedRun();
  writeFileSync(join(cwd, 'reward.ts'), REWARD.replace('? 1 : 0', '? 0.5 : 0'));
  const { code, stdout } = await rlvr(['score', runFolder, '--json'], cwd);
  assert.equal(code, 0);
  const lines = jsonLines(stdout);
  const summary = lines.at(-1);
  assert.equal(summary?.['event'], 'score');
  assert.deepEqual([summary['completions'], summary['steps']], [18, [0, 2]]);
  const [correct] = differences.parse(summary['rewards']);
  assert.deepEqual(correct, { name: 'correct', before: { mean: 0.5 }, now: { mean: 0.25 }, changed: 9 });
  const completions = lines.slice(0, -1);
  assert.equal(completions.length, 18);
  for (const { event, before, now } of completions) {
    assert.equal(event, 'completion');
    const [was, is] = [verdicts.parse(before), verdicts.parse(now)];
    assert.equal(is.reward, was.reward / 2);
    assert.equal(is.rewards['correct']?.value, was.reward / 2);
  }
});

test('an experiment has its newest run scored, with the rewards that it names now', async () => {
  const cwd = preparedRun();
  const rewards = [{ file: 'reward.ts', function: 'ranks', per: 'group' }];
  writeFileSync(join(cwd, EXPERIMENT), JSON.stringify({ model: 'model', dataset: { source: 'train.jsonl' }, rewards }));
  const { code, stdout } = await rlvr(['score', EXPERIMENT, '--step', '2', '--json'], cwd);
  assert.equal(code, 0);
  const completions = jsonLines(stdout).filter(({ event }) => event === 'completion');
  assert.deepEqual(
    completions.map(({ step, sample, now }) => [
      step,
      verdicts.parse(now).rewards['ranks']?.value === Number(sample) / 10,
    ]),
    Array.from({ length: 6 }, () => [2, true]),
    'a function is given whole groups',
  );
  rmSync(join(cwd, '.rlvr'), { recursive: true });
  const none = await rlvr(['score', EXPERIMENT], cwd);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /sample\.rlvr\.json has no run in .*runs\. Start one/);
});

test('a part of a run', async () => {
  const cwd = preparedRun();
  const scored = async (...options: readonly string[]): Promise<unknown[]> => {
    const { stdout } = await rlvr(['score', runFolder, ...options, '--json'], cwd);
    return jsonLines(stdout).flatMap(({ event, step, problem: index }) =>
      event === 'completion' ? [`${String(step)}/${String(index)}`] : [],
    );
  };
  assert.deepEqual(await scored('--problem', '2'), ['1/2', '1/2', '1/2', '2/2', '2/2', '2/2']);
  assert.deepEqual(await scored('--limit', '5'), ['2/3', '2/3', '2/3'], 'groups are whole');
  assert.deepEqual(await scored('--split', 'validation'), ['0/100', '0/101']);
  const nothing = await rlvr(['score', runFolder, '--step', '99'], cwd);
  assert.deepEqual([nothing.code, nothing.stdout], [0, `${RUN_ID} has no such completions.\n`]);
  const tooFew = await rlvr(['score', runFolder, '--limit', '2'], cwd);
  assert.equal(tooFew.code, 1);
  assert.match(tooFew.stderr, /No whole group fits into --limit 2: the newest has 3 completions\./);
});

test('problems of several tasks, by the rows of their files; rewards as the file has them for each now', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'reward.ts'), REWARD);
  const dataset = { source: 'train.jsonl' };
  const [correct, ranks] = ['correct', 'ranks'].map((name) => ({ file: 'reward.ts', function: name }));
  const before = { model: 'model', tasks: { sums: { dataset }, forms: { dataset } }, rewards: [correct] };
  writeFileSync(join(cwd, EXPERIMENT), JSON.stringify(before));
  const tasks = [
    { name: 'sums', first: 0 },
    { name: 'forms', first: 2 },
  ];
  const own = { ...manifest, tasks, experimentPath: join(cwd, EXPERIMENT) };
  const writer = RunWriter.create(join(cwd, '.rlvr', 'runs', RUN_ID), own, experimentSchema.parse(before));
  writer.writeStep({ ...stepRecord(1), problems: [1, 2, 3].map((index) => problem(index)) });
  writer.setStatus('stopped');
  writer.close();
  const places = async (...options: readonly string[]): Promise<unknown[]> =>
    jsonLines((await rlvr(['score', EXPERIMENT, ...options, '--json'], cwd)).stdout).flatMap((line) =>
      line['event'] === 'completion' ? [[line['task'], line['row'], line['problem']].join(' ')] : [],
    );
  assert.deepEqual([...new Set(await places())], ['sums 1 1', 'forms 0 2']);
  assert.deepEqual([...new Set(await places('--task', 'forms', '--problem', '0'))], ['forms 0 2']);
  assert.deepEqual(await places('--task', 'forms', '--problem', '2'), []);
  const unnamed = await rlvr(['score', EXPERIMENT, '--problem', '0'], cwd);
  assert.equal(unnamed.code, 1);
  assert.match(unnamed.stderr, /say of which with --task, sums or forms/);
  const after = {
    ...before,
    tasks: { ...before.tasks, forms: { dataset, rewards: ['correct'] } },
    rewards: [correct, ranks],
  };
  writeFileSync(join(cwd, EXPERIMENT), JSON.stringify(after));
  const lines = jsonLines((await rlvr(['score', EXPERIMENT, '--json'], cwd)).stdout).slice(0, -1);
  const isRanked = ({ now }: Record<string, unknown>) =>
    verdicts.omit({ reward: true }).parse(now).rewards['ranks']?.value !== null;
  assert.deepEqual(
    lines.map((line) => [line['task'], isRanked(line)]),
    lines.map(({ task }) => [task, task === 'sums']),
  );
  writeFileSync(join(cwd, EXPERIMENT), JSON.stringify({ ...after, tasks: { sums: { dataset } } }));
  const gone = await rlvr(['score', EXPERIMENT], cwd);
  assert.equal(gone.code, 1);
  assert.match(gone.stderr, /problems of the task "forms".*has the tasks sums.*Add "forms" to its tasks/);
});

test('cases that hold are counted', async () => {
  const cwd = preparedRun();
  writeCases(cwd, right, { ...right, function: 'ranks', expected: 0.1, index: 1, ...group('a', 'b') });
  const { code, stdout, stderr } = await rlvr(['score', '--cases', CASES], cwd);
  assert.deepEqual([code, stdout, stderr], [0, '2 cases, all as expected\n', '']);
});

/** In place of one completion. */
function group(...texts: readonly string[]): object {
  const members = texts.map((completion) => ({ completion, tokens: 1 }));
  return { group: members, completion: undefined, tokens: undefined };
}

test("the example's cases hold", async () => {
  const { code, stdout } = await rlvr(['score', '--cases', 'examples/gsm8k/reward.reward-cases.json'], repository);
  assert.deepEqual([code, stdout], [0, '4 cases, all as expected\n']);
});

test('cases that fail are told of with their line, and the exit code is 1', async () => {
  const cwd = preparedRun();
  writeCases(
    cwd,
    right,
    { ...right, completion: 'Here so the answer is 4.', expected: null },
    { ...right, function: 'format', completion: 'unknown', name: 'nothing found' },
    { ...right, function: 'missing' },
    { ...right, function: 'format', completion: 'unknown too', expected: 'error' },
    { ...right, expected: 'error', completion: 'and so the answer is 4.' },
  );
  const { code, stdout } = await rlvr(['score', '--cases', CASES], cwd);
  assert.equal(code, 1);
  const lines = stdout.split('\n');
  assert.deepEqual(lines.slice(0, 2), [
    `${CASES}:14  correct: expected not applicable, got 1`,
    '  Here so the answer is 4.',
  ]);
  assert.match(lines[2] ?? '', /^reward\.reward-cases\.json:24 {2}format: reward\.ts:4:\d+: Error: no number$/);
  assert.equal(lines[3], '  nothing found');
  assert.match(lines[4] ?? '', /:35 {2}missing: .*exports no function "missing"/);
  assert.equal(lines[6], `${CASES}:55  correct: expected an error, got 1`);
  assert.equal(lines[8], '6 cases, 4 failed');

  const json = jsonLines((await rlvr(['score', '--cases', CASES, '--json'], cwd)).stdout);
  assert.deepEqual(
    json.map(({ event, line, outcome }) => [event, line, outcome]),
    [
      ['case', 4, 'passed'],
      ['case', 14, 'failed'],
      ['case', 24, 'error'],
      ['case', 35, 'error'],
      ['case', 45, 'passed'],
      ['case', 55, 'failed'],
      ['cases', undefined, undefined],
    ],
  );
  assert.deepEqual(json.at(-1), { event: 'cases', passed: 2, failed: 4 });
});

test('options come from the experiment that names the file', async () => {
  const cwd = preparedRun();
  writeCases(cwd, { ...right, function: 'format', expected: 7 });
  assert.equal((await rlvr(['score', '--cases', CASES], cwd)).code, 1);
  const rewards = [{ file: './reward.ts', function: 'format', options: { points: 7 } }];
  writeFileSync(join(cwd, EXPERIMENT), JSON.stringify({ model: 'm', dataset: { source: 'd.jsonl' }, rewards }));
  assert.equal((await rlvr(['score', '--cases', CASES], cwd)).code, 0);
});

test('a start warns of cases that fail, before anything is loaded', async () => {
  const cwd = preparedRun();
  writeCases(cwd, right, { ...right, row: { answer: '5' } });
  const said = async (): Promise<unknown[]> => {
    // Its model is not there.
    const { stdout } = await rlvr(['train', EXPERIMENT, '--json'], cwd);
    return jsonLines(stdout).map(({ event, message }) => (event === 'warning' ? message : event));
  };
  assert.deepEqual(await said(), ['1 of 2 pinned cases of reward.ts failed.', 'error']);
  writeCases(cwd, right);
  assert.deepEqual(await said(), ['error']);
});

test('a run folder names the rewards that standard input is scored with', async () => {
  const cwd = preparedRun();
  // They are found and loaded; there is no input.
  assert.deepEqual(await rlvr(['score', '--stdin', runFolder], cwd), { code: 0, stdout: '', stderr: '' });
});

test('Ctrl-C ends it, whatever a reward waits for', async () => {
  const cwd = preparedRun();
  writeCases(cwd, right);
  writeFileSync(join(cwd, 'slow.js'), 'export const slow = () => new Promise(() => {});');
  const slow = { ...right, function: 'slow' };
  writeFileSync(join(cwd, 'slow.reward-cases.json'), JSON.stringify({ version: 1, cases: [slow] }));
  const rewards = [{ file: 'slow.js', function: 'slow', timeout: 100_000 }];
  writeFileSync(join(cwd, 'slow.rlvr.json'), JSON.stringify({ model: 'm', dataset: { source: 'd.jsonl' }, rewards }));
  const command = start(['score', '--cases', CASES, '--cases', 'slow.reward-cases.json', '--json'], cwd);
  const { code, stdout } = await finish(command, (said) => {
    if (said.includes('"passed"')) command.kill('SIGINT');
  });
  assert.deepEqual([code, jsonLines(stdout).length], [130, 1]);
});

test('what cannot be scored is said', async () => {
  const cwd = preparedRun();
  const said = async (...args: readonly string[]): Promise<string> => {
    const { code, stderr } = await rlvr(['score', ...args], cwd);
    return `${String(code)} ${stderr.split('\n')[0] ?? ''}`;
  };
  assert.match(await said(), /^2 rlvr: The run folder or experiment file is missing\./);
  assert.match(await said(CASES), /^2 rlvr: Cases are run by: rlvr score --cases reward\.reward-cases\.json/);
  assert.match(await said(runFolder, '--step', 'x'), /^2 rlvr: --step needs a whole number, not "x"\./);
  assert.match(await said(runFolder, '--split', 'all'), /^2 rlvr: --split must be train or/);
  assert.match(await said('--cases', CASES, runFolder), /^2 rlvr: Unexpected argument/);
  assert.match(await said('--cases', CASES, '--step', '1'), /^2 rlvr: --step does not go with --cases\./);
  assert.match(await said('--cases', CASES, '--stdin'), /^2 rlvr: --stdin does not go with --cases\./);
  assert.match(await said('--stdin', EXPERIMENT, '--split', 'train'), /^2 rlvr: --split does not go with --stdin\./);
  assert.match(await said('--stdin', 'nope.json'), /^1 rlvr: There is no run folder or experiment file .*nope\.json\./);
  assert.match(await said('--cases', CASES), /^1 rlvr: There is no file of cases/);
  assert.match(await said('nowhere'), /^1 rlvr: There is no run folder or experiment file .*nowhere\./);
  writeFileSync(join(cwd, CASES), '{\n"cases": []}');
  assert.match(await said('--cases', CASES), /^1 rlvr: .*reward\.reward-cases\.json:1:1 {2}version: is required/);
});
