/** An experiment is run on a cluster over HTTP: its token is asked for, what is sent is shown, and its run comes back into the list. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { RayJobsStandIn } from '../support/rayJobsStandIn.ts';
import { screenshot } from '../workbench/artifacts.ts';
import { codeLenses, openFile } from '../workbench/editors.ts';
import { pick, quickInput, quickPickRows } from '../workbench/palette.ts';
import { dialogs } from '../workbench/surroundings.ts';
import { openView, rowMenu, treeRow } from '../workbench/views.ts';
import { writeProject } from './project.ts';
import { scenario } from './scenario.ts';

const TOKEN = 'canary-77ab';
const CLI = resolve(import.meta.dirname, '../../dist/cli.js');
/** A cluster without Ray: the job's engine is this one's, and computes by itself. */
const PYTHON = `#!/bin/sh\nshift 2\nexec "${process.execPath}" "${CLI}" "$@" --set device=auto\n`;

scenario('an experiment is run on a cluster over HTTP, and its run is in the list', async (stage) => {
  const folder = stage.makeFolder('project');
  writeProject(folder, { steps: 6 });
  const server = new RayJobsStandIn({ token: TOKEN, python: PYTHON });
  stage.atEnd(() => server.close());
  const address = await server.listen();
  const { page } = await stage.open({ open: { folder } });
  await openFile(page, 'small.rlvr.json');
  // The menu offers what a trusted workspace may do once the editor knows that it is one.
  await codeLenses(page).filter({ hasText: 'Start' }).waitFor();
  await rowMenu(page, treeRow(page, 'small.rlvr.json'), 'Run on Cluster…');

  await quickPickRows(page).filter({ hasText: 'auto' }).waitFor();
  await screenshot(page, 'cluster 1 which');
  await pick(page, 'Another Cluster…');
  await quickInput(page).fill('http://user:secret@host');
  await screenshot(page, 'cluster 2 no address');
  await quickInput(page).fill(address);
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-widget input[type=password]').fill(TOKEN);
  await screenshot(page, 'cluster 3 token');
  await page.keyboard.press('Enter');

  const dialog = dialogs(page).filter({ hasText: 'Send this to the cluster' });
  await dialog.filter({ hasText: 'problems.jsonl' }).waitFor();
  assert.equal(server.uploads.length, 0, 'nothing is sent before the person says so');
  await screenshot(page, 'cluster 4 what is sent');
  await dialog.getByRole('button', { name: 'Send and Run' }).click();
  await openView(page, 'RLVR');
  await treeRow(page, /6 · /).waitFor({ timeout: 70_000 });
  await screenshot(page, 'cluster 5 run');

  await rowMenu(page, treeRow(page, /6 · /), 'Run on Cluster…');
  await quickPickRows(page).filter({ hasText: address }).waitFor();
  await screenshot(page, 'cluster 6 remembered');
});
