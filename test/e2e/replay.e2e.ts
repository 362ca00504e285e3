/** A step of a run is computed again from what was recorded, and agrees. */
import { screenshot } from '../workbench/artifacts.ts';
import { panelFrame } from '../workbench/panels.ts';
import { chooseFromMenu, openView, rowMenu, treeRow } from '../workbench/views.ts';
import { writeProject } from './project.ts';
import { trainInTerminal } from './runs.ts';
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
