/** Before a start its forecast, then a sweep over two settings of an experiment of two tasks, and what came of it. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { screenshot } from '../workbench/artifacts.ts';
import { codeLenses, codeLines, openFile } from '../workbench/editors.ts';
import { panelFrame } from '../workbench/panels.ts';
import { openView, rowMenu, treeRow } from '../workbench/views.ts';
import { answerAboutClosing, eventually, runsIn } from './runs.ts';
import { scenario } from './scenario.ts';
import { writeProject } from './project.ts';

const DATASET = { source: 'problems.jsonl', validation: { split: 'heldout' }, prompt: '{question}\n' };

const EXPERIMENT = {
  model: 'builtin:demo',
  full: true,
  rewards: [{ file: 'reward.ts', function: 'correct' }],
  training: { steps: 4, problemsPerStep: 4, microBatch: 16 },
  rollout: { groupSize: 4, maxCompletionLength: 16 },
};

scenario('an experiment of two tasks is forecast and swept', async (stage) => {
  const folder = stage.makeFolder('project');
  writeProject(folder);
  const tasks = { stories: { weight: 3, dataset: DATASET }, again: { dataset: DATASET } };
  writeFileSync(path.join(folder, 'small.rlvr.json'), `${JSON.stringify({ ...EXPERIMENT, tasks }, null, 2)}\n`);
  const sweep = { experiment: 'small.rlvr.json', grid: { 'optimizer.learningRate': [1e-4, 3e-4, 1e-3] }, seeds: 2 };
  writeFileSync(path.join(folder, 'rates.sweep.json'), `${JSON.stringify(sweep, null, 2)}\n`);

  const { page } = await stage.open({ open: { folder }, settings: { 'editor.minimap.enabled': false } });
  await openFile(page, 'small.rlvr.json');
  await codeLenses(page).filter({ hasText: 'Forecast…' }).click();
  await codeLenses(page).filter({ hasText: 'Start with This Forecast' }).waitFor();
  await codeLines(page)
    .filter({ hasText: /Time.in.all/ })
    .first()
    .waitFor();
  await screenshot(page, 'sweep 1 forecast');

  await openFile(page, 'rates.sweep.json');
  await codeLenses(page).filter({ hasText: 'Start Sweep (6 runs)' }).click();
  await answerAboutClosing(page);
  await openView(page, 'RLVR');
  await eventually('all of the sweep', () => {
    const runs = runsIn(folder);
    return runs.length === 6 && runs.every(({ status }) => status === 'finished') ? true : null;
  });
  const compareRuns = codeLenses(page).filter({ hasText: 'Compare 6 Runs' });
  await compareRuns.waitFor();
  await screenshot(page, 'sweep 2 done');
  await compareRuns.click();
  const compare = await panelFrame(page, '.recipes tbody tr');
  assert.equal(await compare.locator('.recipes tbody tr').count(), 3);
  await compare.locator('svg.parallel').waitFor();
  await screenshot(page, 'sweep 3 compared');

  const group = treeRow(page, /2 seeds/);
  if (await group.isVisible()) await group.click();
  await rowMenu(page, treeRow(page, /\d\d:\d\d:\d\d/), 'Open Outputs');
  const outputs = await panelFrame(page, '.outputs .row-title');
  await outputs.locator('.list-pane [role="option"]', { hasText: 'stories' }).first().waitFor();
  await screenshot(page, 'sweep 4 outputs of tasks');
});
