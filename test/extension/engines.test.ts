import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LAUNCH_FILE } from '../../src/engine/protocol/link.ts';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { isRunning, until } from '../support/processes.ts';
import { HANG_LIMIT, makeProject } from '../support/trainingProject.ts';
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
import { storedQuestion } from '../support/scoreQuestions.ts';

const sessionsDir = makeSessionsFolder();
const project = await makeProject('gpt2');

test('an engine is started, followed, and leaves nothing but its run', HANG_LIMIT, async (t) => {
  const { engines, ended, states } = openWindow(t, sessionsDir);
  const handle = await engines.start(trainJob(project));
  assert.equal(handle.state.state, 'starting');
  assert.deepEqual(engines.handles, [handle]);
  const dir = join(sessionsDir, handle.id);
  if (process.platform !== 'win32') {
    assert.equal(statSync(dir).mode & 0o777, 0o700);
    assert.equal(statSync(join(dir, LAUNCH_FILE)).mode & 0o777, 0o600);
  }
  await whenEngine(handle, ({ lastStep }) => lastStep !== null);
  assert.equal(engines.ofRun(handle.runDir ?? ''), handle);

  const end = await handle.ended;
  assert.deepEqual(end, { outcome: 'finished', message: null, resumable: false, crashed: false, unseen: false });
  assert.equal(handle.lastStep?.step, 3);
  assert.equal(lastStepOf(handle.runDir ?? ''), 3);
  assert.deepEqual(states.get(handle.id), ['starting', 'working', 'ended']);
  assert.deepEqual(ended, [{ handle, end }]);
  assert.deepEqual(engines.handles, []);
  assert.equal(engines.ofRun(handle.runDir ?? ''), null);
  await until(() => !existsSync(dir));
});

test(
  'the rewards of an engine that trains are changed, or the words of the engine say why not',
  HANG_LIMIT,
  async (t) => {
    const own = await makeProject('gpt2');
    const { engines } = openWindow(t, sessionsDir);
    const handle = await engines.start(trainJob(own, LONG));
    await assert.rejects(handle.swapRewards(), {
      name: 'UserError',
      message: /cannot be reached|not come to its steps/,
    });
    await whenEngine(handle, ({ lastStep }) => lastStep !== null);
    await assert.rejects(handle.swapRewards(), { name: 'UserError', message: /scores with already/ });
    appendFileSync(join(own.folder, 'rewards.ts'), '// Another one.\n');
    const { fromStep, rewards } = await handle.swapRewards();
    assert.deepEqual(rewards, ['digits']);
    await whenEngine(handle, ({ lastStep }) => (lastStep?.step ?? 0) >= fromStep);
    await handle.stop();
    await assert.rejects(handle.swapRewards(), { name: 'UserError' });
  },
);

test('a mistake of the user is told in the words of the engine', HANG_LIMIT, async (t) => {
  const { engines, ended } = openWindow(t, sessionsDir);
  const handle = await engines.start(trainJob(project, { model: 'no-such-model' }));
  const end = await handle.ended;
  assert.equal(end.outcome, 'failed');
  assert.match(end.message ?? '', /no-such-model/);
  assert.equal(end.crashed, false);
  assert.equal(end.resumable, false);
  assert.equal(ended.length, 1);
});

test('a window that was reloaded finds its engine again: the same one, and only one', HANG_LIMIT, async (t) => {
  const before = openWindow(t, sessionsDir);
  const started = await before.engines.start(trainJob(project, LONG));
  await whenEngine(started, ({ lastStep }) => lastStep !== null);
  const pid = enginePid(sessionsDir, started) ?? assert.fail();
  before.engines.dispose();

  const after = openWindow(t, sessionsDir);
  await after.engines.attachAll();
  const [found, ...others] = after.engines.handles;
  assert.ok(found);
  assert.deepEqual(others, []);
  assert.equal(found.id, started.id);
  assert.equal(found.runDir, started.runDir);
  assert.equal(enginePid(sessionsDir, found), pid);
  const reached = lastStepOf(found.runDir ?? '') ?? 0;
  await whenEngine(found, ({ lastStep }) => (lastStep?.step ?? 0) > reached);
  // Looking again finds nothing more.
  await after.engines.attachAll();
  assert.deepEqual(after.engines.handles, [found]);

  const processes = processTree(pid);
  assert.ok(process.platform !== 'linux' || processes.length > 1);
  await found.stop();
  await until(() => !processes.some(isRunning));
  const end = await found.ended;
  assert.deepEqual(end, { outcome: 'stopped', message: null, resumable: true, crashed: false, unseen: false });
  assert.deepEqual(before.ended, []);
});

test('two windows see one engine; what one of them asks for is seen in both', HANG_LIMIT, async (t) => {
  const [first, second] = [openWindow(t, sessionsDir), openWindow(t, sessionsDir)];
  const handle = await first.engines.start(trainJob(project, LONG));
  await whenEngine(handle, ({ runDir }) => runDir !== null);
  await second.engines.attachAll();
  const other = second.engines.handles[0] ?? assert.fail();

  other.pause();
  await whenEngine(handle, ({ state }) => state.state === 'paused');
  handle.continue();
  await whenEngine(other, ({ state }) => state.state === 'working');
  await other.stop();
  assert.equal((await handle.ended).outcome, 'stopped');
  assert.deepEqual(
    [first, second].map(({ ended }) => ended.map(({ end }) => end.outcome)),
    [['stopped'], ['stopped']],
  );
});

test(
  'a run has one engine: a second one is refused, or says why it cannot, which is no crash',
  HANG_LIMIT,
  async (t) => {
    const own = openWindow(t, sessionsDir);
    const foreign = openWindow(t, sessionsDir, { isOurs: () => false });
    const handle = await own.engines.start(trainJob(project, LONG));
    await whenEngine(handle, ({ runDir }) => runDir !== null);
    const job = { kind: 'resume', runDir: handle.runDir ?? '' } as const;
    await assert.rejects(own.engines.start(job), UserError);

    // A window of another folder knows nothing of it; the run's lock does.
    await foreign.engines.attachAll();
    assert.deepEqual(foreign.engines.handles, []);
    const loser = await foreign.engines.start(job);
    const end = await loser.ended;
    assert.equal(end.outcome, 'failed');
    assert.match(end.message ?? '', /being written/);
    assert.equal(end.crashed, false);
    assert.equal(end.resumable, false);
    assert.equal(handle.state.state, 'working');
  },
);

test('what ended while no window was there is told in one window, once', HANG_LIMIT, async (t) => {
  const before = openWindow(t, sessionsDir);
  const handle = await before.engines.start(trainJob(project));
  await whenEngine(handle, ({ runDir }) => runDir !== null);
  const pid = enginePid(sessionsDir, handle) ?? assert.fail();
  before.engines.dispose();
  await until(() => !isRunning(pid));

  const windows = [openWindow(t, sessionsDir), openWindow(t, sessionsDir)];
  await Promise.all(windows.map(({ engines }) => engines.attachAll()));
  const told = windows.flatMap(({ ended }) => ended).filter((end) => end.handle.id === handle.id);
  assert.deepEqual(
    told.map(({ end }) => end),
    [{ outcome: 'finished', message: null, resumable: false, crashed: false, unseen: true }],
  );
  assert.equal(told[0]?.handle.runDir, handle.runDir);
  assert.deepEqual(
    windows.map(({ engines }) => engines.handles),
    [[], []],
  );
  await until(() => !existsSync(join(sessionsDir, handle.id)));
});

test('a lease that was changed counts for the engines that run', HANG_LIMIT, async (t) => {
  const { engines } = openWindow(t, sessionsDir);
  const handle = await engines.start(trainJob(project, LONG));
  await whenEngine(handle, ({ runDir }) => runDir !== null);
  const pid = enginePid(sessionsDir, handle) ?? assert.fail();
  engines.setLease({ whenAlone: 'keepFor', minutes: 0.001 });
  // The engine obeys in order: when this is done, the lease was heard.
  handle.pause();
  await whenEngine(handle, ({ state }) => state.state === 'paused');
  engines.dispose();
  await until(() => !isRunning(pid));
});

test('in a workspace that is not trusted nothing is started, by any way', HANG_LIMIT, async (t) => {
  const { engines } = openWindow(t, sessionsDir, { mayRun: () => false });
  const before = readdirSync(sessionsDir);
  await assert.rejects(engines.start(trainJob(project)), UserError);
  await assert.rejects(engines.questions.check(null), UserError);
  await assert.rejects(engines.questions.score(storedQuestion(project.folder, [])), UserError);
  assert.deepEqual(readdirSync(sessionsDir), before);
});

test('a Node that cannot run engines is told of, and nothing is started', HANG_LIMIT, async (t) => {
  const { engines, ended } = openWindow(t, sessionsDir, { node: () => '/no/such/node' });
  await assert.rejects(engines.start(trainJob(project)), /\/no\/such\/node cannot run the engine.*rlvr\.engine\.node/);
  assert.deepEqual(engines.handles, []);
  // The caller was told.
  assert.deepEqual(ended, []);
});
