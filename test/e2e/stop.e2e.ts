/** Stop: whatever the engine is doing, within a second it computes no more and the editor says so; the run can be resumed. */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { checkPromise, screenshot } from '../workbench/artifacts.ts';
import { openFile } from '../workbench/editors.ts';
import { runCommand } from '../workbench/palette.ts';
import { panelFrame } from '../workbench/panels.ts';
import type { EditorServer } from '../workbench/server.ts';
import { openView, treeRow } from '../workbench/views.ts';
import { PHASES } from './phases.ts';
import { writeProject } from './project.ts';
import { answerAboutClosing, assertNoGap, eventually, newestRun, reached, startTraining } from './runs.ts';
import { scenario } from './scenario.ts';

/** Milliseconds from the click. */
const PROMISE = 1000;

for (const [phase, options] of Object.entries(PHASES))
  scenario(`stop while ${phase}`, async (stage) => {
    const folder = stage.makeFolder('project');
    writeProject(folder, options);
    const { page, server } = await stage.open({ open: { folder } });
    await startTraining(page, 'small');
    const dashboard = await panelFrame(page, '.dashboard');
    await dashboard.locator('.where', { hasText: phase }).waitFor();
    const stopped = dashboard.locator('.where', { hasText: /Stopped after/ });
    await checkStop(server, phase, dashboard.getByRole('button', { name: 'Stop' }), stopped);
    await screenshot(page, `stopped while ${phase}`);
  });

/** Takes its time to load, which it does before there is a run. */
const SLOW_REWARD = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 8000);
export const correct = () => 0;
`;

scenario('stop before there is a run', async (stage) => {
  const folder = stage.makeFolder('project');
  writeProject(folder, { reward: SLOW_REWARD });
  const { page, server } = await stage.open({ open: { folder } });
  await openView(page, 'RLVR');
  await openFile(page, 'small.rlvr.json');
  await runCommand(page, 'RLVR: Start Training');
  await answerAboutClosing(page);
  const row = treeRow(page, 'New run');
  await row.hover();
  await checkStop(server, 'loading', row.getByRole('button', { name: 'Stop' }), noRow(page));
});

function noRow(page: Page): Locator {
  return page.locator('.part.sidebar .welcome-view-content');
}

async function checkStop(server: EditorServer, phase: string, button: Locator, said: Locator): Promise<void> {
  await button.hover();
  const clicked = performance.now();
  const since = (): number => performance.now() - clicked;
  await button.click();
  const [computed, told] = await Promise.all([
    eventually('the end of all computing', () => (server.workers().length === 0 ? since() : null)),
    said.waitFor().then(since),
  ]);
  await eventually('the end of the engine', () => (server.engines().length === 0 ? true : null));
  checkPromise(`stop while ${phase}: computing`, computed, PROMISE);
  checkPromise(`stop while ${phase}: said`, told, PROMISE);
}

scenario('a stopped run goes on where it was', async (stage) => {
  const folder = stage.makeFolder('project');
  writeProject(folder);
  const { page } = await stage.open({ open: { folder } });
  await startTraining(page, 'small');
  await reached(folder, 5);
  await runCommand(page, 'RLVR: Stop Training');
  const stopped = await eventually('the stop', () => {
    const run = newestRun(folder);
    return run?.status === 'stopped' ? run : null;
  });
  await openView(page, 'RLVR');
  await treeRow(page, `${stopped.lastStep}/100000`).waitFor();

  await runCommand(page, 'RLVR: Resume Run…');
  await reached(folder, (stopped.lastStep ?? 0) + 5);
  const dashboard = await panelFrame(page, '.dashboard');
  await dashboard.getByRole('button', { name: 'Stop' }).click();
  await eventually('the stop', () => (newestRun(folder)?.status === 'stopped' ? true : null));
  assert.equal(newestRun(folder)?.dir, stopped.dir);
  assertNoGap(stopped.dir);
});
