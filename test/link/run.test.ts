/** An engine under an editor runs its job to the end and says so. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startEngine } from '../../src/engine/process/startEngine.ts';
import type { Job } from '../../src/engine/protocol/link.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { HANG_LIMIT, makeProject, runsDir, train, writeExperiment } from '../support/trainingProject.ts';
import { Client } from './client.ts';
import { DOOR, endOf, endpointOf, outputOf, shortFolder, startSession } from './engineSession.ts';

test('a run is trained, told, and over with the process', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const experimentPath = writeExperiment(project, { threads: 1 });
  const sweep = { id: 'one', name: 'steps', member: 1, members: 2, baseline: 0, assigned: { 'training.steps': 4 } };
  const session = startSession({
    kind: 'train',
    experimentPath,
    overrides: ['training.steps=4'],
    runsDir: runsDir(project),
    sweep,
  });
  const client = await Client.welcome(session);
  const { address } = await endpointOf(session);
  await client.closed;
  assert.deepEqual(await session.ended, { code: 0, signal: null, startFailure: null }, outputOf(session));

  const [welcome] = client.messages;
  assert.ok(welcome?.type === 'welcome');
  assert.deepEqual(welcome.status, { state: 'working' });
  const started = client.events.find(({ event }) => event === 'started');
  assert.ok(started?.event === 'started' && started.steps === 4);
  const steps = client.events.flatMap((event) => (event.event === 'step' ? [event.step] : []));
  assert.equal(steps.at(-1), 4);
  assert.deepEqual(client.events.at(-1)?.event, 'done');
  assert.deepEqual(client.messages.at(-1), {
    type: 'status',
    status: { state: 'ended', outcome: 'finished', message: null },
  });
  assert.deepEqual(endOf(session), { outcome: 'finished', message: null, runDir: started.runDir });
  const reader = RunReader.open(started.runDir);
  assert.equal(reader.state().status, 'finished');
  assert.deepEqual(reader.manifest.sweep, sweep);
  reader.close();
  assert.equal(outputOf(session), '');
  if (process.platform !== 'win32') assert.ok(!existsSync(address));
});

test('a run computes with the threads and the memory that the editor gives it', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const job: Job = {
    kind: 'train',
    experimentPath: writeExperiment(project, {}),
    overrides: ['training.steps=1'],
    runsDir: runsDir(project),
  };
  const session = startSession(job, { limits: { threads: 3, memoryBytes: 8e9 } });
  assert.equal((await session.ended).code, 0, outputOf(session));
  const reader = RunReader.open(endOf(session)?.runDir ?? '');
  assert.equal(reader.manifest.threads, 3);
  reader.close();
  const refused = startSession(job, { limits: { memoryBytes: 300e6 } });
  assert.equal((await refused.ended).code, 1);
  assert.match(endOf(refused)?.message ?? '', /^Training takes about .* memory limit is 286\.1 MiB\. /);
});

test('a run is evaluated', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const { dir } = await train(project, { threads: 1, dataset: { source: 'train.jsonl', test: 'test.jsonl' } });
  const session = startSession({
    kind: 'evaluate',
    path: dir,
    split: 'test',
    overrides: ['evaluation.sampling.temperature=1', 'evaluation.samples=3'],
  });
  const client = await Client.welcome(session);
  const { message } = await client.untilEvent(({ event }) => event === 'eval');
  assert.ok(message.type === 'event' && message.event.event === 'eval' && message.event.samples === 3);
  assert.equal((await session.ended).code, 0, outputOf(session));
});

test('an experiment that is not there is a failure with a reason', HANG_LIMIT, async () => {
  const missing = join(shortFolder(), 'no.rlvr.json');
  const session = startSession({ kind: 'train', experimentPath: missing, overrides: [], runsDir: shortFolder() });
  assert.equal((await session.ended).code, 1);
  assert.deepEqual(endOf(session), {
    outcome: 'failed',
    message: `There is no experiment file ${missing}.`,
    runDir: null,
  });
});

test('a Node that is not there is told, not thrown', async () => {
  const dir = shortFolder();
  const started = startEngine({
    node: join(dir, 'node'),
    electron: false,
    door: DOOR,
    sessionDir: dir,
    environment: process.env,
    outputFile: join(dir, 'out'),
  });
  assert.equal(started.pid, undefined);
  assert.match((await started.ended).startFailure ?? '', /ENOENT/);
});
