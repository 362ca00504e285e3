import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { EngineEnd, EngineHandle } from '../../src/extension/engine/engineHandle.ts';
import { heldBy } from '../support/held.ts';
import { isRunning, until } from '../support/processes.ts';
import { HANG_LIMIT, makeProject, reward } from '../support/trainingProject.ts';
import {
  enginePid,
  lastStepOf,
  LONG,
  makeSessionsFolder,
  openWindow,
  processTree,
  trainJob,
  whenEngine,
} from '../support/windowEngines.ts';

const sessionsDir = makeSessionsFolder();
const project = await makeProject('gpt2');

/** Asks to stop; the state says so at once, and at the end there is no process left. */
async function stop(handle: EngineHandle): Promise<EngineEnd> {
  const pid = enginePid(sessionsDir, handle);
  const processes = pid === null ? [] : processTree(pid);
  const stopped = handle.stop();
  assert.equal(handle.state.state, 'stopping');
  await stopped;
  assert.equal(handle.state.state, 'ended');
  await until(() => !processes.some(isRunning));
  return handle.ended;
}

test('an engine is stopped while it is started, wherever that has got to', HANG_LIMIT, async (t) => {
  const { engines, ended, states } = openWindow(t, sessionsDir);
  // Before its process is there, since the machine is looked at first.
  const starting = engines.start(trainJob(project, LONG));
  await until(() => engines.handles.length > 0);
  const [early = assert.fail()] = engines.handles;
  assert.equal((await stop(early)).outcome, 'stopped');
  assert.equal(await starting, early);
  // Its process is there, and has not yet said a word.
  const late = await engines.start(trainJob(project, LONG));
  const end = await stop(late);
  assert.deepEqual(end, { outcome: 'stopped', message: null, resumable: false, crashed: false, unseen: false });
  assert.deepEqual(engines.handles, []);
  assert.equal(ended.length, 2);
  for (const { id } of [early, late]) {
    assert.deepEqual(states.get(id), ['starting', 'stopping', 'ended']);
    await until(() => !existsSync(join(sessionsDir, id)));
  }
});

test('an engine that waits for its turn is stopped, and the one before it goes on', HANG_LIMIT, async (t) => {
  const { engines } = openWindow(t, sessionsDir);
  const first = await engines.start(trainJob(project, { ...LONG, threads: 0 }));
  await whenEngine(first, ({ lastStep }) => lastStep !== null);
  const second = await engines.start(trainJob(project, { ...LONG, threads: 0 }));
  await whenEngine(second, ({ state }) => state.state === 'queued');
  assert.equal((await stop(second)).outcome, 'stopped');
  assert.equal(first.state.state, 'working');
  assert.equal((await stop(first)).outcome, 'stopped');
});

test('an engine is stopped in the middle of a reward function that does not return', HANG_LIMIT, async (t) => {
  const { engines } = openWindow(t, sessionsDir);
  const hold = join(project.folder, 'hold');
  writeFileSync(hold, '');
  t.after(() => rmSync(hold, { force: true }));
  const handle = await engines.start(trainJob(project, { ...LONG, rewards: [{ ...reward('holds'), timeout: 600 }] }));
  await until(() => heldBy(project.folder) !== null);
  const end = await stop(handle);
  assert.equal(end.outcome, 'stopped');
  assert.equal(end.resumable, true);
});

test(
  'an engine that does not answer is killed; its run is resumed from the last complete step',
  HANG_LIMIT,
  async (t) => {
    const { engines } = openWindow(t, sessionsDir);
    const handle = await engines.start(trainJob(project, { ...LONG, training: { steps: 12 } }));
    await whenEngine(handle, ({ lastStep }) => (lastStep?.step ?? 0) >= 2);
    const pid = enginePid(sessionsDir, handle) ?? assert.fail();
    process.kill(pid, 'SIGSTOP');
    const end = await stop(handle);
    assert.deepEqual(end, { outcome: 'stopped', message: null, resumable: true, crashed: false, unseen: false });

    const runDir = handle.runDir ?? '';
    const reached = lastStepOf(runDir) ?? 0;
    assert.ok(reached >= 2);
    const again = await engines.start({ kind: 'resume', runDir });
    assert.equal((await again.ended).outcome, 'finished');
    assert.equal(lastStepOf(runDir), 12);
  },
);

test('an engine that was found and does not answer is killed too', HANG_LIMIT, async (t) => {
  const before = openWindow(t, sessionsDir);
  const started = await before.engines.start(trainJob(project, LONG));
  await whenEngine(started, ({ lastStep }) => lastStep !== null);
  const pid = enginePid(sessionsDir, started) ?? assert.fail();
  const processes = processTree(pid);
  before.engines.dispose();
  process.kill(pid, 'SIGSTOP');

  const after = openWindow(t, sessionsDir);
  await after.engines.attachAll();
  const [found = assert.fail()] = after.engines.handles;
  assert.equal(found.state.state, 'starting');
  await found.stop();
  await until(() => !processes.some(isRunning));
  assert.equal((await found.ended).outcome, 'stopped');
});
