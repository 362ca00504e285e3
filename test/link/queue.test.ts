/** Engines of one user take turns at the machine. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { coresForEngines } from '../../src/engine/main/cores.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { HANG_LIMIT, makeProject, runsDir, writeExperiment, type Project } from '../support/trainingProject.ts';
import { Client, HELLO } from './client.ts';
import {
  endOf,
  outputOf,
  shortFolder,
  SHORT_WAITS_DOOR,
  startSession,
  type EngineSession,
  type SessionOptions,
} from './engineSession.ts';

/** Starts a run that takes whatever cores an engine takes by itself. */
function start(project: Project, steps: number, options: SessionOptions): EngineSession {
  const experimentPath = writeExperiment(project, { training: { steps }, evaluation: { every: 0 } }, `steps${steps}`);
  return startSession({ kind: 'train', experimentPath, overrides: [], runsDir: runsDir(project) }, options);
}

test('the second run waits for the first, and starts by itself', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const meeting = shortFolder();
  const first = start(project, 100_000, { meeting });
  const firstEditor = await Client.welcome(first);
  await firstEditor.untilEvent(({ event }) => event === 'started');

  const second = start(project, 3, { meeting });
  const secondEditor = await Client.welcome(second);
  const queued = (message: Client['messages'][number]): boolean =>
    (message.type === 'status' || message.type === 'welcome') && message.status.state === 'queued';
  await secondEditor.until(queued);
  assert.equal(readdirSync(runsDir(project)).length, 1, 'there is no run of it yet');

  firstEditor.say({ type: 'stop' });
  await first.ended;
  await secondEditor.untilState('working');
  assert.equal((await second.ended).code, 0, outputOf(second));
  const reader = RunReader.open(endOf(second)?.runDir ?? '');
  assert.equal(reader.manifest.threads, coresForEngines(), 'the run records the threads that it ran on');
  assert.equal(reader.experiment().threads, 0, 'and the experiment as it was written');
  reader.close();
});

test('who waits can be stopped, dies by its lease, and is no obstacle when killed', HANG_LIMIT, async () => {
  const project = await makeProject('gpt2');
  const meeting = shortFolder();
  const holder = start(project, 100_000, { meeting });
  const editor = await Client.welcome(holder);
  await editor.untilEvent(({ event }) => event === 'started');

  const stopped = start(project, 3, { meeting });
  const itsEditor = await Client.welcome(stopped);
  await itsEditor.untilEvent(({ event }) => event === 'phase');
  itsEditor.say({ type: 'stop' });
  assert.equal((await stopped.ended).code, 130);

  const left = start(project, 3, { meeting, door: SHORT_WAITS_DOOR });
  const leaving = await Client.welcome(left, { ...HELLO, lease: { whenAlone: 'stop', minutes: 1 } });
  leaving.socket.destroy();
  assert.equal((await left.ended).code, 130);

  const killed = start(project, 3, { meeting });
  await (await Client.welcome(killed)).untilState('queued');
  const last = start(project, 3, { meeting });
  await (await Client.welcome(last)).untilState('queued');
  process.kill(killed.pid, 'SIGKILL');
  assert.equal((await killed.ended).signal, 'SIGKILL');
  assert.equal(endOf(killed), null, 'a process that is gone without a word crashed');

  process.kill(holder.pid, 'SIGKILL');
  await holder.ended;
  assert.equal((await last.ended).code, 0, outputOf(last));
  assert.equal(readdirSync(runsDir(project)).length, 2);
});
