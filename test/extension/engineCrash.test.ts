import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { EngineHandle } from '../../src/extension/engine/engineHandle.ts';
import { heldBy } from '../support/held.ts';
import { isRunning, until } from '../support/processes.ts';
import { assertSameRun, recordOf } from '../support/runRecord.ts';
import { HANG_LIMIT, makeProject, reward, train, type Changes } from '../support/trainingProject.ts';
import {
  enginePid,
  lastStepOf,
  makeSessionsFolder,
  openWindow,
  processTree,
  trainJob,
  whenEngine,
} from '../support/windowEngines.ts';

const sessionsDir = makeSessionsFolder();
const project = await makeProject('gpt2');

/** Enough for two crashes on the way. */
const MANY_STEPS: Changes = { training: { steps: 24 } };
const EIGHT_STEPS: Changes = { training: { steps: 8 } };
const FINISHED = { outcome: 'finished', message: null, resumable: false, crashed: false, unseen: false };

/** Kills the engine alone: its children have to notice. */
function kill(handle: EngineHandle, signal: NodeJS.Signals = 'SIGKILL'): number[] {
  const pid = enginePid(sessionsDir, handle) ?? assert.fail('the engine does not listen');
  const processes = processTree(pid);
  process.kill(pid, signal);
  return processes;
}

/** Resolves in an engine that works, when the run is beyond the step. */
function beyond(handle: EngineHandle, step: number): Promise<void> {
  return whenEngine(handle, ({ state, lastStep }) => state.state === 'working' && (lastStep?.step ?? 0) > step);
}

/** The process that was held last; what it left is removed only a moment after it was killed. */
let lastHeld: string | null = null;

/** Makes rewards wait from the next one on, until the test is over; resolves when one does. */
async function holdRewards(t: TestContext): Promise<void> {
  const hold = join(project.folder, 'hold');
  writeFileSync(hold, '');
  t.after(() => rmSync(hold, { force: true }));
  await until(() => ![null, lastHeld].includes(heldBy(project.folder)));
  lastHeld = heldBy(project.folder);
}

const HELD: Changes = { ...EIGHT_STEPS, rewards: [{ ...reward('holds'), timeout: 600 }] };

test(
  'an engine that crashes after a step resumes by itself, and its run is that of an undisturbed one',
  HANG_LIMIT,
  async (t) => {
    const undisturbed = await train(project, MANY_STEPS);
    const { engines, resumed, ended } = openWindow(t, sessionsDir);
    const handle = await engines.start(trainJob(project, MANY_STEPS));
    for (const signal of ['SIGKILL', 'SIGSEGV'] as const) {
      // A crash without a step since the last one is given up on, and what was reported last may be older than what was done.
      await beyond(handle, handle.runDir === null ? 1 : (lastStepOf(handle.runDir) ?? 1));
      const processes = kill(handle, signal);
      await whenEngine(handle, ({ state }) => state.state === 'lost');
      await until(() => !processes.some(isRunning));
    }
    assert.deepEqual(await handle.ended, FINISHED);
    assert.deepEqual(
      resumed.map((crash) => [crash.handle, crash.attempt, crash.cause]),
      [
        [handle, 1, 'signal SIGKILL.'],
        [handle, 2, 'signal SIGSEGV.'],
      ],
    );
    assert.equal(ended.length, 1);
    assertSameRun(recordOf(handle.runDir ?? ''), recordOf(undisturbed.dir));
  },
);

test('a crash before the first step is told, and nothing is tried again', HANG_LIMIT, async (t) => {
  const { engines, resumed, ended } = openWindow(t, sessionsDir);
  const holding = holdRewards(t);
  const handle = await engines.start(trainJob(project, HELD));
  await holding;
  const processes = kill(handle);
  const end = await handle.ended;
  assert.deepEqual(end, {
    outcome: 'failed',
    message: 'The engine ended unexpectedly: signal SIGKILL.',
    resumable: true,
    crashed: true,
    unseen: false,
  });
  assert.deepEqual(ended, [{ handle, end }]);
  assert.deepEqual(resumed, []);
  await until(() => !processes.some(isRunning));
});

test('a second crash at the same step is told, and its run can be resumed by hand', HANG_LIMIT, async (t) => {
  const { engines, resumed } = openWindow(t, sessionsDir);
  const handle = await engines.start(trainJob(project, HELD));
  await beyond(handle, 0);
  await holdRewards(t);
  const reached = lastStepOf(handle.runDir ?? '') ?? 0;
  kill(handle);
  await whenEngine(handle, ({ state }) => state.state === 'lost');
  await holdRewards(t);
  kill(handle);
  const end = await handle.ended;
  assert.equal(end.outcome, 'failed');
  assert.equal(end.crashed, true);
  assert.equal(end.resumable, true);
  assert.equal(resumed.length, 1);
  assert.equal(lastStepOf(handle.runDir ?? ''), reached);

  rmSync(join(project.folder, 'hold'));
  const again = await engines.start({ kind: 'resume', runDir: handle.runDir ?? '' });
  assert.deepEqual(await again.ended, FINISHED);
});

test('of two windows that see a crash one resumes the run, and both follow it to its end', HANG_LIMIT, async (t) => {
  const [first, second] = [openWindow(t, sessionsDir), openWindow(t, sessionsDir)];
  const handle = await first.engines.start(trainJob(project, EIGHT_STEPS));
  await beyond(handle, 0);
  await second.engines.attachAll();
  const other = second.engines.handles[0] ?? assert.fail();
  kill(handle);
  assert.deepEqual(await Promise.all([handle.ended, other.ended]), [FINISHED, FINISHED]);
  assert.equal(first.resumed.length + second.resumed.length, 1);
  assert.equal(lastStepOf(handle.runDir ?? ''), 8);
});

test('a run that waits to be resumed is stopped like any other, in every window', HANG_LIMIT, async (t) => {
  const timings = { resumeWaits: [10 * 60_000] };
  const [first, second] = [openWindow(t, sessionsDir, { timings }), openWindow(t, sessionsDir, { timings })];
  const handle = await first.engines.start(trainJob(project, EIGHT_STEPS));
  await beyond(handle, 0);
  await second.engines.attachAll();
  const other = second.engines.handles[0] ?? assert.fail();
  kill(handle);
  for (const engine of [handle, other]) await whenEngine(engine, ({ state }) => state.state === 'lost');
  await handle.stop();
  const [end] = await Promise.all([handle.ended, other.ended]);
  assert.deepEqual(end, { outcome: 'stopped', message: null, resumable: true, crashed: false, unseen: false });
  assert.deepEqual([...first.resumed, ...second.resumed], []);
  await until(() => !existsSync(join(sessionsDir, handle.id)));
});

test('an evaluation that crashes is told, and cannot be resumed', HANG_LIMIT, async (t) => {
  const { engines } = openWindow(t, sessionsDir);
  const { experimentPath } = trainJob(project, HELD);
  const holding = holdRewards(t);
  const handle = await engines.start({ kind: 'evaluate', path: experimentPath, split: 'validation', overrides: [] });
  await holding;
  kill(handle);
  const end = await handle.ended;
  assert.equal(end.outcome, 'failed');
  assert.equal(end.crashed, true);
  assert.equal(end.resumable, false);
});
