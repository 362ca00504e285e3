/**
 * Promise: a token stays secret. One that no file has serves as token of the hub, key of the judge and key of a server, and is looked for in every
 * file and in the arguments and environment of every process, while engines get a model and data, train, score, evaluate and export.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { finish, start } from '../cli/rlvr.ts';
import { lookFor, type Looked } from '../support/canary.ts';
import { fakeHub } from '../support/fakeHub.ts';
import { MODEL_NAME, modelRepo } from '../support/modelRepo.ts';
import { startModelServer } from '../support/modelServer.ts';
import { runQuestion } from '../support/scoreQuestions.ts';
import { HANG_LIMIT, type Changes } from '../support/trainingProject.ts';
import { makeSessionsFolder, openWindow, trainJob } from '../support/windowEngines.ts';

/** Of the form that tokens of the hub have. */
const CANARY = 'hf_canary0that9nothing8may7write6down';

/** All that is written lies below it. */
const world = realpathSync(mkdtempSync(path.join(tmpdir(), 'rl-')));
process.on('exit', () => rmSync(world, { recursive: true, force: true }));
const place = (name: string): string => {
  const folder = path.join(world, name);
  mkdirSync(folder, { recursive: true });
  return folder;
};
for (const name of ['TMPDIR', 'TMP', 'TEMP']) process.env[name] = place('tmp');
for (const name of ['HOME', 'USERPROFILE']) process.env[name] = place('home');
for (const name of ['XDG_CACHE_HOME', 'HF_HOME', 'HF_HUB_CACHE']) Reflect.deleteProperty(process.env, name);
// As an editor has them that was started from somebody's shell.
for (const name of ['HF_TOKEN', 'RLVR_JUDGE_KEY', 'RLVR_POLICY_KEY']) process.env[name] = CANARY;
const sessionsDir = makeSessionsFolder();

const rows = Array.from({ length: 12 }, (_, row) =>
  JSON.stringify({ question: `How many are ${row}?`, answer: `${row}` }),
);
const datasetRepo = {
  name: 'owner/problems',
  commit: 'd'.repeat(40),
  files: { 'train.jsonl': Buffer.from(rows.join('\n')) },
  token: CANARY,
};

const REWARD = `import { judge, type Reward } from 'rlvr';
export const judged: Reward = async ({ completion, options }) => {
  console.log(JSON.stringify(process.env), process.argv);
  return (await judge({ baseUrl: String(options['baseUrl']), model: 'm', prompt: completion })).score;
};
`;

test('one token in every place for secrets is in no file, no argument and no environment', HANG_LIMIT, async (t) => {
  const looks: Looked[] = [];
  const look = (): void => void looks.push(lookFor(CANARY, [world]));
  const key = `Bearer ${CANARY}`;
  let judged = 0;
  const judge = await startModelServer(({ authorization }) => {
    assert.equal(authorization, key);
    judged++;
    // Services have quoted the keys that they refuse.
    if (judged === 1) return { status: 401, body: `Incorrect API key provided: ${CANARY}` };
    if (judged % 8 === 2) look();
    return { body: { choices: [{ message: { content: `0.${judged % 10}` } }] } };
  });
  const server = await startModelServer(({ path: asked, authorization }) => {
    if (authorization !== key) return { status: 401, body: 'no key' };
    return {
      body: asked === '/v1/models' ? { data: [{ id: 'large' }] } : { choices: [{ text: '2', finish_reason: 'stop' }] },
    };
  });
  t.after(() => [judge, server].forEach((one) => one.close()));
  const hub = await fakeHub(t, { ...(await modelRepo()), gatedBy: CANARY });
  process.env['HF_ENDPOINT'] = hub.endpoint;

  const project = { folder: place('project'), model: 'gpt2' as const };
  writeFileSync(path.join(project.folder, 'rewards.ts'), REWARD);
  const changes: Changes = {
    model: MODEL_NAME,
    dataset: { source: 'hf:owner/problems', validation: 2, prompt: '{question}' },
    rewards: [{ file: 'rewards.ts', function: 'judged', options: { baseUrl: judge.baseUrl } }],
  };
  const job = trainJob(project, changes);
  const { engines, ended } = openWindow(t, sessionsDir);
  const { signal } = new AbortController();
  const patience = { signal, onProgress: () => {} };
  engines.setJudgeKey(CANARY);

  const { commit } = await engines.questions.describeModel({ model: MODEL_NAME, token: CANARY }, signal);
  await engines.questions.getModel({ model: MODEL_NAME, token: CANARY, commit }, patience);
  hub.repo = datasetRepo;
  const text = readFileSync(job.experimentPath, 'utf8');
  await engines.questions.getDataset({ path: job.experimentPath, text, token: CANARY }, patience);
  look();

  const handle = await engines.start(job);
  await handle.ended;
  assert.equal(ended[0]?.end.outcome, 'finished', JSON.stringify(ended[0]?.end));
  const runDir = handle.runDir ?? '';
  const group = { step: 1, purpose: 'rollout', split: 'train', problem: 1 } as const;
  await engines.questions.score({ ...runQuestion(runDir, [group]), live: false });
  const asked = { baseUrl: server.baseUrl, key: CANARY, model: 'large', path: runDir, split: 'validation' } as const;
  await engines.questions.servers.evaluate({ ...asked, runsDir: job.runsDir, prices: null }, patience);
  await engines.questions.exportPolicy(
    { runDir, policy: 'last', form: 'peft', outDir: path.join(place('exported'), 'peft') },
    signal,
  );
  look();

  const exporting = ['export', runDir, '--completions', 'completions.csv', '--metrics', 'metrics.csv'];
  for (const command of [exporting, ['report', runDir, '--out', 'report']]) {
    const { code, stdout, stderr } = await finish(start(command, place('exported')));
    assert.equal(code, 0, stderr);
    assert.ok(!`${stdout}${stderr}`.includes(CANARY));
  }
  look();

  assert.ok(judged > 24 && hub.tokens.includes(CANARY), 'the secret was used');
  assert.deepEqual([...new Set(looks.flatMap(({ found }) => found))], []);
  assert.ok(Math.max(...looks.map(({ files }) => files)) > 20);
  // Two engines, and of the one that trains a compute process and a grader.
  if (process.platform === 'linux') assert.ok(Math.max(...looks.map(({ processes }) => processes)) >= 4);
});

test('it would be found: in text, in base64, in a name, an argument and an environment', HANG_LIMIT, async (t) => {
  const planted = place('planted');
  writeFileSync(path.join(planted, 'text'), `a${CANARY}b`);
  for (const before of ['', 'a', 'ab'])
    writeFileSync(
      path.join(planted, `base64-${before.length}`),
      Buffer.from(`${before}${CANARY}behind`).toString('base64'),
    );
  writeFileSync(path.join(planted, CANARY), '');
  const waits = ['-e', 'console.log(1); setTimeout(() => {}, 60_000)'];
  const children = [
    spawn(process.execPath, [...waits, CANARY], { env: {}, stdio: ['ignore', 'pipe', 'ignore'] }),
    spawn(process.execPath, waits, { env: { A: CANARY }, stdio: ['ignore', 'pipe', 'ignore'] }),
  ];
  t.after(() => children.forEach((child) => child.kill('SIGKILL')));
  await Promise.all(children.map(({ stdout }) => new Promise((resolve) => stdout.once('data', resolve))));
  const places = [CANARY, 'base64-0', 'base64-1', 'base64-2', 'text'].map((name) => path.join(planted, name));
  const told = children.flatMap(({ pid }, index) =>
    process.platform === 'linux' ? [`/proc/${pid ?? 0}/${index === 0 ? 'cmdline' : 'environ'}`] : [],
  );
  assert.deepEqual(lookFor(CANARY, [planted]).found.sort(), [...places, ...told].sort());
});
