/** The editor is killed: the run goes on for as long as the user said, and then nothing of it is left. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { runningProcesses } from '../workbench/processes.ts';
import type { EditorServer } from '../workbench/server.ts';
import type { Workbench } from '../workbench/workbench.ts';
import { writeProject } from './project.ts';
import { assertNoGap, ended, eventually, reached, runsIn, startTraining } from './runs.ts';
import { scenario } from './scenario.ts';

scenario('the editor is killed: the run stops with it', async (stage) => {
  const folder = stage.makeFolder('project');
  writeProject(folder);
  const { page, server, workbench } = await stage.open({
    open: { folder },
    settings: { 'rlvr.whenWindowCloses': 'stop' },
  });
  await startTraining(page, 'small');
  await reached(folder, 3);
  await killEditor(server, workbench);
  await eventually('the end of the engine', () => (server.engines().length === 0 ? true : null));
  const run = await ended(folder);
  assert.equal(run.status, 'stopped');
  assertNoGap(run.dir);
});

scenario('the editor is killed: the run is kept for a minute', async (stage) => {
  const folder = stage.makeFolder('project');
  writeProject(folder);
  const { page, server, workbench } = await stage.open({
    open: { folder },
    settings: { 'rlvr.whenWindowCloses': 'keepFor', 'rlvr.keepForMinutes': 1 },
  });
  await startTraining(page, 'small');
  await reached(folder, 3);
  await killEditor(server, workbench);
  const before = runsIn(folder)[0]?.lastStep ?? 0;
  await delay(20_000);
  assert.equal(server.engines().length, 1);
  assert.ok((runsIn(folder)[0]?.lastStep ?? 0) > before, 'it works on');
  await eventually('the end of the lease', () => (server.engines().length === 0 ? true : null));
  assert.equal((await ended(folder)).status, 'stopped');
});

/** Nothing of the editor is left then: a host that went on would be an editor to the engine. */
async function killEditor(server: EditorServer, workbench: Workbench): Promise<void> {
  // Looked for while the window is there: a browser that closes in good order takes its host along.
  const hosts = server.extensionHosts();
  assert.ok(hosts.length > 0);
  await workbench.close();
  server.kill();
  await eventually('the end of the extension host', () => {
    const running = runningProcesses().map(({ pid }) => pid);
    return hosts.some((pid) => running.includes(pid)) ? null : true;
  });
}
