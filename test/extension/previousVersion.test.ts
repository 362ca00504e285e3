/** The extension was updated while a run went on: its engine is of the version before, and speaks the protocol of then. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { isRunning, until } from '../support/processes.ts';
import { HANG_LIMIT } from '../support/trainingProject.ts';
import { enginePid, makeSessionsFolder, openWindow, whenEngine } from '../support/windowEngines.ts';

const sessionsDir = makeSessionsFolder();

/** Starts an engine of the previous version in a session folder as that version made it. */
function startPrevious(t: TestContext, id: string): { readonly pid: number } {
  const dir = join(sessionsDir, id);
  mkdirSync(dir, { mode: 0o700 });
  const launch = {
    id,
    secret: 'a secret of at least thirty-two characters',
    job: { kind: 'train', experimentPath: '/project/a.rlvr.json', overrides: [], runsDir: '/project/.rlvr/runs' },
    lease: { whenAlone: 'finish', minutes: 60 },
  };
  writeFileSync(join(dir, 'launch.json'), JSON.stringify(launch), { mode: 0o600 });
  writeFileSync(join(dir, 'start-0'), JSON.stringify({ lastStep: null, at: '2026-01-01T00:00:00.000Z' }));
  const program = join(import.meta.dirname, '../support/previousEngine.ts');
  const { pid } = spawn(process.execPath, [program, dir], { stdio: ['ignore', 'ignore', 'inherit'] });
  assert.ok(pid !== undefined);
  t.after(() => {
    if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  });
  return { pid };
}

test(
  'the window finds it, follows it, holds it and stops it, and says what it cannot be asked',
  HANG_LIMIT,
  async (t) => {
    const { pid } = startPrevious(t, 'a-1');
    const { engines } = openWindow(t, sessionsDir);
    await engines.attachAll();
    const [handle, ...others] = engines.handles;
    assert.ok(handle);
    assert.deepEqual(others, []);
    await whenEngine(handle, ({ state }) => state.state === 'working');
    assert.equal(handle.runDir, join(sessionsDir, 'a-1', 'run'));
    await whenEngine(handle, ({ lastStep }) => (lastStep?.step ?? 0) > 3);
    assert.equal(handle.lastStep?.metrics['reward'], 0.5);

    handle.pause();
    await whenEngine(handle, ({ state }) => state.state === 'paused');
    handle.continue();
    await whenEngine(handle, ({ state }) => state.state === 'working');

    await assert.rejects(handle.swapRewards(), {
      name: 'UserError',
      message: /of RLVR-Ops 0\.0\.9, from before the extension was updated.* stop the run and resume it/,
    });
    assert.equal(handle.state.state, 'working');

    await handle.stop();
    const end = await handle.ended;
    assert.deepEqual([end.outcome, end.crashed, end.resumable], ['stopped', false, true]);
    await until(() => !isRunning(pid));
  },
);

test('it goes on while windows of the new version come and go', HANG_LIMIT, async (t) => {
  const { pid } = startPrevious(t, 'b-1');
  for (let reload = 0; reload < 3; reload++) {
    const { engines } = openWindow(t, sessionsDir);
    await engines.attachAll();
    const handle = engines.handles[0] ?? assert.fail();
    await whenEngine(handle, ({ lastStep }) => lastStep !== null);
    assert.equal(enginePid(sessionsDir, handle), pid);
    engines.dispose();
  }
  assert.ok(isRunning(pid));
});
