/** VS Code without a folder: the demo still needs one click, and keeps its files where the extension may write. */
import assert from 'node:assert/strict';
import { tab } from '../workbench/editors.ts';
import { dialogs, notifications, statusBarItem } from '../workbench/surroundings.ts';
import { screenshot } from '../workbench/artifacts.ts';
import { openView, treeRow, welcomeButtons } from '../workbench/views.ts';
import { scenario } from './scenario.ts';

scenario('the demo without a folder', async (stage) => {
  const { page, workbench } = await stage.open();
  await openView(page, 'RLVR');
  await welcomeButtons(page).filter({ hasText: 'Try the Built-in Demo' }).click();
  await tab(page, 'reward.ts').waitFor();
  await statusBarItem(page, /\d+\/\d+/).waitFor();
  await treeRow(page, 'demo').waitFor();
  await screenshot(page, 'no folder');
  assert.equal(await notifications(page).count(), 0);
  assert.equal(await dialogs(page).count(), 0);
  assert.deepEqual(workbench.violations, []);
});
