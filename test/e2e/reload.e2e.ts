/** "Developer: Reload Window" while a run goes on: panels as they were, no gap in the curve, one engine. */
import assert from 'node:assert/strict';
import { screenshot } from '../workbench/artifacts.ts';
import { tabTitles } from '../workbench/editors.ts';
import { runCommand } from '../workbench/palette.ts';
import { panelFrame } from '../workbench/panels.ts';
import { openView } from '../workbench/views.ts';
import { writeProject } from './project.ts';
import { assertNoGap, ended, newestRun, reached, startTraining } from './runs.ts';
import { scenario } from './scenario.ts';

scenario('reload while a run goes on', async (stage) => {
  const folder = stage.makeFolder('project');
  writeProject(folder);
  const { page, server, workbench } = await stage.open({ open: { folder } });
  await openView(page, 'RLVR');
  await startTraining(page, 'small');
  await reached(folder, 10);
  const before = await panelFrame(page, '.dashboard');
  await before.getByLabel('Horizontal axis').selectOption('Tokens');
  await before.locator('.legend').first().waitFor();
  await screenshot(page, 'reload before');
  const tabs = await tabTitles(page);
  const engines = server.engines();
  assert.equal(engines.length, 1);

  for (let reload = 1; reload <= 3; reload++) {
    await workbench.reload();
    const dashboard = await panelFrame(page, '.dashboard');
    await dashboard.locator('.where', { hasText: /Step [\d,]+ of 100,000/ }).waitFor();
    assert.equal(await dashboard.getByLabel('Horizontal axis').inputValue(), 'tokens');
    const { lastStep } = newestRun(folder) ?? {};
    // It goes on, seen by this window.
    await dashboard.getByRole('button', { name: 'Pause' }).waitFor();
    await reached(folder, (lastStep ?? 0) + 5);
    assert.deepEqual(server.engines(), engines);
    assert.deepEqual(await tabTitles(page), tabs);
  }
  await screenshot(page, 'reload after');
  await runCommand(page, 'RLVR: Stop Training');
  assertNoGap((await ended(folder)).dir);
  assert.deepEqual(workbench.violations, []);
});
