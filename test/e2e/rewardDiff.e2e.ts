/** What a saved change of a reward did to stored completions: above the function, in Outputs, and as cases. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { screenshot } from '../workbench/artifacts.ts';
import { codeLenses, openFile, replaceInEditor, tab } from '../workbench/editors.ts';
import { pick, pickAll } from '../workbench/palette.ts';
import { panelFrame } from '../workbench/panels.ts';
import { writeProject } from './project.ts';
import { trainInTerminal } from './runs.ts';
import { scenario } from './scenario.ts';

scenario('a saved change of a reward is compared on stored completions', async (stage) => {
  const folder = stage.makeFolder('project');
  const experiment = writeProject(folder, { steps: 8, changes: { evaluation: { every: 100 } } });
  const { page } = await stage.open({ open: { folder } });
  await openFile(page, 'reward.ts');
  await codeLenses(page).filter({ hasText: 'No completions yet' }).waitFor();
  await screenshot(page, 'reward diff 1 no completions');
  await trainInTerminal(experiment, folder);
  await codeLenses(page).filter({ hasText: /mean/ }).waitFor();

  await replaceInEditor(page, 'reward.ts', '? 1 : 0;', '? 1 : 0.25;');
  await codeLenses(page).filter({ hasText: /\(was/ }).waitFor();
  await page.keyboard.press('Control+S');
  const saved = codeLenses(page).filter({ hasText: /saved: \d+ scores/ });
  await saved.waitFor();
  await screenshot(page, 'reward diff 2 saved');
  await saved.click();
  const outputs = await panelFrame(page, '.outputs .diff-bar:not([hidden])');
  await outputs.locator('.diff-parts button').first().waitFor();
  await screenshot(page, 'reward diff 3 listed');

  await outputs.getByRole('button', { name: 'More of this comparison' }).click();
  await outputs.getByText('Pin Disagreements as Cases…').click();
  await pickAll(page);
  await screenshot(page, 'reward diff 4 whose score');
  await pick(page, /./);
  await tab(page, 'reward.reward-cases.json').waitFor();
  await screenshot(page, 'reward diff 5 pinned');
  assert.match(readFileSync(path.join(folder, 'reward.reward-cases.json'), 'utf8'), /"expected": 0.25/);
});
