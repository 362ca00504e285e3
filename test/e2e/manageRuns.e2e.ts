/** What is done with runs that are over: named, starred, deleted and brought back, and a colleague's opened. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { screenshot } from '../workbench/artifacts.ts';
import { enterPath, paletteTitles, quickInput, runCommand } from '../workbench/palette.ts';
import { panelFrame } from '../workbench/panels.ts';
import { dialogs, notificationButton, notifications } from '../workbench/surroundings.ts';
import { openView, rowMenu, treeRow, viewMenu, welcomeButtons } from '../workbench/views.ts';
import { writeHostileRun } from './hostileRun.ts';
import { writeProject } from './project.ts';
import { eventually, runsIn, trainInTerminal } from './runs.ts';
import { scenario } from './scenario.ts';

scenario('runs are named, starred, deleted and brought back', async (stage) => {
  const folder = stage.makeFolder('project');
  await trainInTerminal(writeProject(folder, { steps: 3 }), folder);
  const { page } = await stage.open({ open: { folder } });
  await openView(page, 'RLVR');

  const row = treeRow(page, /3 · /);
  await rowMenu(page, row, 'Rename…');
  await quickInput(page).fill('the first one');
  await page.keyboard.press('Enter');
  const named = treeRow(page, 'the first one');
  await named.waitFor();
  await rowMenu(page, named, 'Star');
  await treeRow(page, /the first one.*★/).waitFor();
  await screenshot(page, 'runs named and starred');

  await rowMenu(page, named, 'Delete');
  await notifications(page).filter({ hasText: 'Deleted 1 run' }).waitFor();
  await screenshot(page, 'run deleted');
  assert.equal(await dialogs(page).count(), 0);
  assert.deepEqual(runsIn(folder), []);
  assert.equal(readdirSync(path.join(folder, '.rlvr/trash')).length, 1);
  await notificationButton(page, 'Undo').click();
  await treeRow(page, /the first one.*★/).waitFor();
  await eventually('the run', () => (runsIn(folder).length === 1 ? true : null));
});

scenario("a colleague's run is opened", async (stage) => {
  const folder = stage.makeFolder('project');
  const elsewhere = stage.makeFolder('elsewhere');
  const run = writeHostileRun(elsewhere);
  const { page } = await stage.open({ open: { folder } });
  await openView(page, 'RLVR');
  await viewMenu(page, 'Open Run Folder…');
  await enterPath(page, `${run}/`, 'Open Run');
  await panelFrame(page, '.dashboard .legend td');
  const row = treeRow(page, /20 · /);
  await row.waitFor();
  await screenshot(page, "colleague's run");

  await rowMenu(page, row, 'Remove from List');
  await row.waitFor({ state: 'hidden' });
  assert.ok(existsSync(run), 'it is still theirs');
});

scenario('a folder that is no run says so', async (stage) => {
  const folder = stage.makeFolder('project');
  const { page } = await stage.open({ open: { folder } });
  await openView(page, 'RLVR');
  await viewMenu(page, 'Open Run Folder…');
  await enterPath(page, `${folder}/`, 'Open Run');
  await notifications(page).filter({ hasText: 'is not a run folder' }).waitFor();
});

scenario('a command with nothing to do says so', async (stage) => {
  const folder = stage.makeFolder('project');
  writeProject(folder);
  const { page } = await stage.open({ open: { folder } });
  await openView(page, 'RLVR');
  await welcomeButtons(page).filter({ hasText: 'Demo' }).waitFor();
  await runCommand(page, 'RLVR: Resume Run…');
  await notifications(page).filter({ hasText: 'No run is stopped' }).waitFor();
  // Nothing is running, so there is nothing to stop.
  const titles = await paletteTitles(page, 'RLVR:');
  assert.ok(titles.includes('RLVR: Start Training'));
  assert.ok(!titles.includes('RLVR: Stop Training'));
});
