/** A step of a run is computed again from what was recorded, and agrees. */
import assert from 'node:assert/strict';
import { screenshot } from '../workbench/artifacts.ts';
import { panelFrame } from '../workbench/panels.ts';
import { notificationButton } from '../workbench/surroundings.ts';
import { chooseFromMenu, openView, rowMenu, treeRow } from '../workbench/views.ts';
import { writeProject } from './project.ts';
import { startTraining, trainInTerminal } from './runs.ts';
import { scenario } from './scenario.ts';

scenario('a step is replayed', async (stage) => {
  const folder = stage.makeFolder('project');
  const experiment = writeProject(folder, { steps: 4, changes: { evaluation: { every: 100 } } });
  await trainInTerminal(experiment, folder);
  const { page } = await stage.open({ open: { folder } });
  await openView(page, 'RLVR');
  await rowMenu(page, treeRow(page, /\d\d:\d\d:\d\d/), 'Open Outputs');
  const outputs = await panelFrame(page, '.outputs .row-title');
  await outputs.locator('.list-pane [role="option"]').first().click();
  await outputs.locator('.card').first().click({ button: 'right' });
  await chooseFromMenu(page, 'Replay Step');
  await outputs.getByText(/equal bit for bit/).waitFor();
  await screenshot(page, 'replay');
});

scenario('a run that comes to no numbers offers to replay its last step', async (stage) => {
  const folder = stage.makeFolder('project');
  // A rate at which float32 has no number for what follows.
  writeProject(folder, { lora: true, changes: { optimizer: { learningRate: 1e30 }, evaluation: { every: 0 } } });
  const { page, workbench } = await stage.open({ open: { folder } });
  await openView(page, 'RLVR');
  await startTraining(page, 'small');
  const replay = notificationButton(page, /^Replay Step \d+$/);
  await replay.waitFor();
  await screenshot(page, 'no numbers 1 offered');
  await replay.click();
  const outputs = await panelFrame(page, '.outputs .card');
  await outputs.getByText(/equal bit for bit/).waitFor();
  await screenshot(page, 'no numbers 2 replayed');
  assert.deepEqual(workbench.violations, []);
});
