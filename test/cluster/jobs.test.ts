/** Runs as jobs of Ray's job API, for which a server stands in that answers as its documentation says. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { LeftAlone } from '../../src/engine/process/stopRequest.ts';
import { RayJobs } from '../../src/engine/cluster/jobs/rayJobs.ts';
import { jobRecordSchema, type JobRecord } from '../../src/engine/protocol/rayJob.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { resumeRun, trainExperiment } from '../../src/engine/trainer/engine.ts';
import type { EngineEvent } from '../../src/engine/protocol/events.ts';
import { finish, start } from '../cli/rlvr.ts';
import { RayJobsStandIn } from '../support/rayJobsStandIn.ts';
import { assertSameRun, recordOf } from '../support/runRecord.ts';
import {
  engage,
  HANG_LIMIT,
  makeProject,
  reward,
  runsDir,
  train,
  writeExperiment,
  type Changes,
  type Project,
} from '../support/trainingProject.ts';

const TOKEN = 'canary-5f2d1c';
const CLI = resolve(import.meta.dirname, '../../src/engine/cli.ts');
/** Of a cluster without Ray's core: the job's engine is this one, and computes by itself. */
const PYTHON = `#!/bin/sh\nshift 2\nexec "${process.execPath}" --disable-warning=ExperimentalWarning "${CLI}" "$@" --set device=auto\n`;

let server: RayJobsStandIn;
let address: string;
before(async () => {
  server = new RayJobsStandIn({ token: TOKEN, python: PYTHON });
  address = await server.listen();
  process.env['RAY_AUTH_TOKEN'] = TOKEN;
});
after(() => server.close());

const onJobs = (): Changes => ({ device: 'ray', ray: { address }, threads: 1 });

const job = (dir: string): JobRecord => jobRecordSchema.parse(JSON.parse(readFileSync(join(dir, 'job.json'), 'utf8')));

test('a run of a job is an ordinary run here, whatever becomes of the connection', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  writeFileSync(join(project.folder, '.env'), `SECRET=${TOKEN}`);
  let breaks = 1;
  const there = await train(project, onJobs(), {
    // The log is followed again from its beginning, and nothing is taken twice.
    onEvent: ({ event }) => {
      if (event === 'started' && breaks-- > 0) server.breakOff();
    },
  });
  assert.equal(there.outcome, 'finished');
  assert.ok(breaks <= 0);
  const kinds = there.events.map(({ event }) => event);
  assert.equal(kinds.filter((kind) => kind === 'step').length, 3);
  assert.ok(kinds.indexOf('started') < kinds.indexOf('step') && kinds.at(-1) === 'done');
  const here = await train(project, { threads: 1 });
  assertSameRun(recordOf(there.dir), recordOf(here.dir));
  const reader = RunReader.open(there.dir);
  assert.equal(reader.manifest.experimentPath, join(project.folder, 'experiment.rlvr.json'));
  assert.equal(reader.manifest.modelPath, join(project.folder, 'model'));
  assert.equal(reader.state().status, 'finished');
  reader.close();
  assert.deepEqual(readdirSync(join(there.dir, 'checkpoints')), readdirSync(join(here.dir, 'checkpoints')));
  const { submissionId } = job(there.dir);
  const sent = server.jobs.get(submissionId);
  assert.deepEqual(
    readdirSync(sent?.folder ?? '')
      .filter((name) => name !== '.rlvr')
      .sort(),
    ['experiment.rlvr.json', 'model', 'rewards.ts', 'train.jsonl'],
  );
  for (const name of readdirSync(there.dir, { recursive: true, withFileTypes: true }))
    if (name.isFile()) assert.ok(!readFileSync(join(name.parentPath, name.name)).includes(TOKEN), name.name);
  assert.ok(!(sent?.entrypoint ?? '').includes(TOKEN));
});

/** More steps than are done before a window is closed at the first of them. */
const MANY = 200;

test('Stop stops the job; a window that is closed leaves it, and it is found again', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const uploads = server.uploads.length;
  const stopped = await train(project, { ...onJobs(), training: { steps: 2000 } }, stopAtStep(1));
  assert.equal(server.uploads.length, uploads + 1, 'the engine is there already');
  assert.equal(stopped.outcome, 'stopped');
  assert.equal(server.jobs.get(job(stopped.dir).submissionId)?.status, 'STOPPED');
  assert.equal(statusOf(stopped.dir), 'stopped');

  const left = await leaveAtStep(project, 1, MANY);
  assert.equal(statusOf(left.dir), 'stopped');
  const state = server.jobs.get(job(left.dir).submissionId);
  // On a busy machine it may have come to its end meanwhile.
  assert.ok(state && ['RUNNING', 'SUCCEEDED'].includes(state.status), state?.status);
  const again = await engage((context) => resumeRun(left.dir, context));
  assert.equal(again.outcome, 'finished');
  const steps = again.events.flatMap((event) => (event.event === 'step' ? [event.step] : []));
  assert.ok(!steps.includes(1), 'what was told before is not told again');
  assert.equal(steps.at(-1), MANY);
  assert.equal(statusOf(left.dir), 'finished');
});

test('what goes wrong is said with what to do', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  await assert.rejects(train(project, { ...onJobs(), ray: { address: `${address}/nothing` } }), /cluster/);
  process.env['RAY_AUTH_TOKEN'] = 'wrong';
  await assert.rejects(train(project, onJobs()), /refused the token \(401\).*RAY_AUTH_TOKEN/);
  process.env['RAY_AUTH_TOKEN'] = TOKEN;
  await assert.rejects(
    train(project, { ...onJobs(), ray: { address: 'http://127.0.0.1:9' } }),
    /http:\/\/127\.0\.0\.1:9 cannot be reached/,
  );
  writeFileSync(join(project.folder, '.env.json'), '{"x":1}');
  writeFileSync(
    join(project.folder, 'rewards.ts'),
    "import env from './.env.json';\nexport const digits = () => env.x;\n",
  );
  await assert.rejects(train(project, onJobs()), /\.env\.json would be sent to the cluster/);
  const asked = await makeProject('gpt2');
  const sent = server.uploads.length;
  const judged = [{ ...reward('digits'), options: { baseUrl: 'https://judge.example/v1' } }];
  await assert.rejects(
    train(asked, { ...onJobs(), rewards: judged }),
    /the judge https:\/\/judge\.example\/v1, which a job cannot/,
  );
  const parts = join(asked.folder, 'node_modules/parts');
  mkdirSync(parts, { recursive: true });
  writeFileSync(join(parts, 'package.json'), '{"name":"parts","version":"1.2.3","main":"index.js","type":"module"}');
  writeFileSync(join(parts, 'index.js'), 'export const one = 1;\n');
  writeFileSync(join(asked.folder, 'rewards.ts'), "import { one } from 'parts';\nexport const digits = () => one;\n");
  await assert.rejects(
    train(asked, onJobs()),
    /rewards\.ts imports parts@1\.2\.3 from node_modules, which is not sent/,
  );
  assert.equal(server.uploads.length, sent, 'nothing was sent');
  const broken = await makeProject('gpt2');
  writeFileSync(join(broken.folder, 'train.jsonl'), 'no json\n');
  await assert.rejects(train(broken, onJobs()), /train\.jsonl/, 'the failure there is the failure here');
});

test('the terminal says what would be sent, and asks about the job', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  writeExperiment(project, {}, 'tiny');
  const env = { RAY_AUTH_TOKEN: TOKEN };
  const files = await finish(start(['cluster', 'files', 'tiny.rlvr.json'], project.folder, env));
  assert.equal(files.code, 0, files.stderr);
  assert.match(files.stdout, /train\.jsonl[^]*and the engine itself/);
  const trained = await finish(
    start(['train', 'tiny.rlvr.json', '--ray', address, '--runs', 'runs'], project.folder, env),
  );
  assert.equal(trained.code, 0, trained.stderr);
  const [id = ''] = readdirSync(join(project.folder, 'runs')).filter((name) => /^\d/.test(name));
  const status = await finish(start(['cluster', 'status', `runs/${id}`], project.folder, env));
  assert.match(status.stdout, /SUCCEEDED/);
  const logs = await finish(start(['cluster', 'logs', `runs/${id}`], project.folder, env));
  assert.equal(logs.code, 0, logs.stderr);
  assert.doesNotMatch(logs.stdout, /rlvr-run/);
});

test('a cluster that is busy is asked again, one that refuses is not', async () => {
  const jobs = new RayJobs({ address, token: TOKEN, signal: AbortSignal.timeout(10_000), pausesMs: [1, 1] });
  server.failures = [503, 502];
  assert.equal(await jobs.version(), '2.58.0');
  server.failures = [500];
  await assert.rejects(jobs.version(), /refused a request \(500\): ValueError: no/);
  assert.equal(await jobs.state('nothing'), null);
  assert.throws(
    () => new RayJobs({ address: 'http://10.0.0.1:8265', token: TOKEN, signal: AbortSignal.timeout(1) }),
    /not encrypted/,
  );
});

function stopAtStep(step: number): { readonly onEvent: (event: EngineEvent, stop: () => void) => void } {
  return {
    onEvent: (event, stop) => {
      if (event.event === 'step' && event.step >= step) stop();
    },
  };
}

async function leaveAtStep(project: Project, step: number, steps: number): Promise<{ readonly dir: string }> {
  const leaving = new AbortController();
  const experimentPath = writeExperiment(project, { ...onJobs(), training: { steps } });
  let dir = '';
  const outcome = await trainExperiment(
    { experimentPath, overrides: [], runsDir: runsDir(project) },
    {
      signal: leaving.signal,
      emit: (event) => {
        if (event.event === 'started') dir = event.runDir;
        if (event.event === 'step' && event.step >= step) leaving.abort(new LeftAlone());
      },
    },
  );
  assert.equal(outcome, 'stopped');
  assert.ok(existsSync(dir));
  return { dir };
}

function statusOf(dir: string): string {
  const reader = RunReader.open(dir);
  const { status } = reader.state();
  reader.close();
  return status;
}
