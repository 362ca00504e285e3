/** A reward function edited where its results are seen: scores above it, values in it, marks from real completions. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { screenshot } from '../workbench/artifacts.ts';
import { codeLenses, openFile, replaceInEditor, tab } from '../workbench/editors.ts';
import { panelFrame } from '../workbench/panels.ts';
import { rowMenu, treeRow, openView } from '../workbench/views.ts';
import { writeProject } from './project.ts';
import { eventually, trainInTerminal } from './runs.ts';
import { scenario } from './scenario.ts';

/** Half of it never happens. */
const REWARD = `/// <reference path="./rlvr.d.ts" />
import type { Reward } from 'rlvr';

type Row = { answer: string };

/** 1 when the number after the marker is the answer. */
export const correct: Reward<Row> = ({ completion, answer }) => {
  const [, marked] = completion.split('####');
  const given = marked?.trim();
  const wanted = answer.split('####').at(-1)?.trim();
  if (given === 'none') return 0.5;
  return given === wanted ? 1 : 0;
};
`;

/** What stands at the ends of lines: a style, not a text. */
async function valuesInCode(page: Page): Promise<string[]> {
  const spans = "[...document.querySelectorAll('.part.editor .view-line span')]";
  return z
    .array(z.string())
    .parse(await page.evaluate(`${spans}.map((span) => getComputedStyle(span, '::after').content)`));
}

scenario('a reward function is scored as it is typed', async (stage) => {
  const folder = stage.makeFolder('project');
  const experiment = writeProject(folder, { steps: 12, reward: REWARD, changes: { evaluation: { every: 6 } } });
  await trainInTerminal(experiment, folder);
  const { page } = await stage.open({ open: { folder }, settings: { 'editor.minimap.enabled': false } });
  await openFile(page, 'reward.ts');
  const lens = codeLenses(page).filter({ hasText: /mean/ });
  await lens.waitFor();
  assert.match((await lens.textContent()) ?? '', /^[\d.]+ mean · \d+ % pass$/);
  await screenshot(page, 'live scores 1 opened');

  // A completion is read in Outputs; its values stand in the code.
  await openView(page, 'RLVR');
  await rowMenu(page, treeRow(page, /\d\d:\d\d:\d\d/), 'Open Outputs');
  const outputs = await panelFrame(page, '.outputs .row-title');
  // Room for the code.
  await page.keyboard.press('Control+B');
  await outputs.locator('.list-pane [role="option"]').first().click();
  await outputs.locator('.card').first().click();
  await tab(page, 'reward.ts').click();
  await page.locator('.part.editor .view-line', { hasText: 'given === wanted' }).click();
  await eventually('the value that is returned', async () =>
    (await valuesInCode(page)).some((value) => value.includes('→ 0')) ? true : null,
  );
  await page.locator('.part.editor .squiggly-info').first().waitFor();
  await screenshot(page, 'live scores 2 values');

  // Typed, not saved.
  await replaceInEditor(page, 'reward.ts', '? 1 : 0;', '? 1 : 0.25;');
  await lens.filter({ hasText: /\(was/ }).waitFor();
  await outputs.locator('.rescoring-status', { hasText: /scores? changes?/ }).waitFor();
  await screenshot(page, 'live scores 3 typed');
  await replaceInEditor(page, 'reward.ts', '? 1 : 0.25;', '? 1 : missing;');
  await page.locator('.part.editor .squiggly-warning').first().waitFor();
  await lens.filter({ hasText: /errors?/ }).waitFor();
  await screenshot(page, 'live scores 4 errors');
  await replaceInEditor(page, 'reward.ts', '? 1 : missing;', '? 1 : 0;');
  await lens.filter({ hasNotText: /errors?/ }).waitFor();

  await page.getByRole('button', { name: 'Hide Live Scores' }).click();
  await lens.waitFor({ state: 'detached' });
  assert.equal(await page.locator('.part.editor .squiggly-info').count(), 0);
  await page.getByRole('button', { name: 'Show Live Scores' }).click();
  await lens.waitFor();
});
