/** A reward that changes in the middle of a run: told in the curves, which break there, with what gave the groups no signal below them. */
import assert from 'node:assert/strict';
import { screenshot } from '../workbench/artifacts.ts';
import { openFile, replaceInEditor, tab } from '../workbench/editors.ts';
import { runCommand } from '../workbench/palette.ts';
import { panelFrame } from '../workbench/panels.ts';
import { notifications } from '../workbench/surroundings.ts';
import { openView, rowMenu, treeRow } from '../workbench/views.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { writeProject } from './project.ts';
import { eventually, reached, startTraining } from './runs.ts';
import { scenario } from './scenario.ts';

scenario('an edited reward takes over in a running run', async (stage) => {
  const folder = stage.makeFolder('project');
  writeProject(folder);
  const { page } = await stage.open({ open: { folder } });
  await startTraining(page, 'small');
  const { dir } = await reached(folder, 5);
  await openFile(page, 'reward.ts');
  // Not saved: the command does that.
  await replaceInEditor(page, 'reward.ts', '? 1 : 0;', '? 1 : 0.25;');
  await openView(page, 'RLVR');
  await rowMenu(page, treeRow(page, /\d\d:\d\d:\d\d/), 'Use Edited Reward from the Next Step');
  await notifications(page)
    .filter({ hasText: /From step \d+ on, correct scores/ })
    .waitFor();
  const fromStep = await eventually('the change in the run', () => {
    const reader = RunReader.open(dir);
    try {
      return reader.rewardVersions()[0]?.fromStep ?? null;
    } finally {
      reader.close();
    }
  });
  await reached(folder, fromStep + 10);
  await runCommand(page, 'Notifications: Clear All Notifications');
  await tab(page, 'Dashboard').click();
  const dashboard = await panelFrame(page, '.reward-changes li');
  const told = await dashboard.locator('.reward-changes li').first().innerText();
  assert.ok(told.includes(`Reward changed at step ${fromStep}: correct`), told);
  await dashboard.locator('.signal').waitFor();
  await screenshot(page, 'hot swap 1 curves');
  await dashboard.getByRole('button', { name: 'Compare Sources' }).first().click();
  await page.locator('.part.editor .monaco-diff-editor').first().waitFor();
  await screenshot(page, 'hot swap 2 sources');

  // Why groups had no signal, and the groups themselves.
  await tab(page, 'Dashboard').click();
  const again = await panelFrame(page, '.signal');
  await again.locator('.signal .strip').click();
  await again.locator('.signal-causes button').first().click();
  const outputs = await panelFrame(page, '.outputs .row-title');
  await outputs.getByRole('button', { name: 'Show All' }).waitFor();
  await screenshot(page, 'hot swap 3 groups');
  await runCommand(page, 'RLVR: Stop Training');
});
