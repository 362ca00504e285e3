/** Completions pinned as expected scores: the file beside the reward, the Testing view, a start that tells, and a debugger on one. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { screenshot } from '../workbench/artifacts.ts';
import { openFile, replaceInEditor, tab } from '../workbench/editors.ts';
import { pick, runCommand } from '../workbench/palette.ts';
import { panelFrame } from '../workbench/panels.ts';
import { notifications } from '../workbench/surroundings.ts';
import { activityIcon, chooseFromMenu, openView, rowMenu, treeRow } from '../workbench/views.ts';
import { writeProject } from './project.ts';
import { answerAboutClosing, trainInTerminal } from './runs.ts';
import { scenario } from './scenario.ts';

const REWARD = `/// <reference path="./rlvr.d.ts" />
import type { Reward } from 'rlvr';

/** 1 when the answer follows a sign that the model does not know: never. */
export const correct: Reward<{ answer: string }> = ({ completion, answer }) => {
  const wanted = answer.split('####').at(-1)?.trim() ?? '';
  return completion.endsWith('€' + wanted) ? 1 : 0;
};
`;

scenario('a completion is pinned as a case, tested, told of before a start, and debugged', async (stage) => {
  const folder = stage.makeFolder('project');
  const experiment = writeProject(folder, { steps: 4, reward: REWARD, changes: { evaluation: { every: 100 } } });
  await trainInTerminal(experiment, folder);
  const { page } = await stage.open({ open: { folder } });

  await openView(page, 'RLVR');
  await rowMenu(page, treeRow(page, /\d\d:\d\d:\d\d/), 'Open Outputs');
  const outputs = await panelFrame(page, '.outputs .row-title');
  await outputs.locator('.list-pane [role="option"]').first().click();
  const card = outputs.locator('.card').first();
  await card.click({ button: 'right' });
  await chooseFromMenu(page, 'Pin as Reward Case…');
  await pick(page, /Should be 1/);
  await tab(page, 'reward.reward-cases.json').waitFor();
  const cases = path.join(folder, 'reward.reward-cases.json');
  assert.match(readFileSync(cases, 'utf8'), /"expected": 1/);
  await screenshot(page, 'reward cases 1 pinned');

  // The Testing view runs it: the reward says 0.
  await activityIcon(page, 'Testing').click();
  await runCommand(page, 'Test: Run All Tests');
  await testItem(page, /failed/i).waitFor();
  await screenshot(page, 'reward cases 2 failed');
  await openFile(page, 'reward.ts');
  await replaceInEditor(page, 'reward.ts', '? 1 : 0;', '? 1 : 1;');
  await page.keyboard.press('Control+S');
  await runCommand(page, 'Test: Run All Tests');
  await testItem(page, /passed/i).waitFor();
  await replaceInEditor(page, 'reward.ts', '? 1 : 1;', '? 1 : 0;');
  await page.keyboard.press('Control+S');

  // A start tells of it once, and starts.
  await openFile(page, 'small.rlvr.json');
  await runCommand(page, 'RLVR: Start Training');
  await answerAboutClosing(page);
  await notifications(page)
    .filter({ hasText: /1 of 1 pinned case/ })
    .waitFor();
  await screenshot(page, 'reward cases 3 start');
  await runCommand(page, 'Notifications: Clear All Notifications');

  // The debugger stops in the function, on exactly that completion.
  await tab(page, /Outputs/).click();
  const again = await panelFrame(page, '.outputs .row-title');
  await again.locator('.list-pane [role="option"]').first().click();
  await again.locator('.card').first().click({ button: 'right' });
  await chooseFromMenu(page, 'Debug This Score');
  await page.locator('.debug-toolbar').waitFor();
  await page
    .locator('.part.editor .debug-top-stack-frame-column, .part.editor .codicon-debug-stackframe')
    .first()
    .waitFor();
  await screenshot(page, 'reward cases 4 debugged');
  await runCommand(page, 'Debug: Stop');
  await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
});

/** A row of the Testing view in some state. */
function testItem(page: Page, state: RegExp): Locator {
  return page.getByRole('treeitem', { name: state }).first();
}
