/** The lightbulb on an expression that matches nothing: an edit that was tried on real completions. */
import assert from 'node:assert/strict';
import { screenshot } from '../workbench/artifacts.ts';
import { codeLenses, codeLines, openFile } from '../workbench/editors.ts';
import { writeProject } from './project.ts';
import { eventually, trainInTerminal } from './runs.ts';
import { scenario } from './scenario.ts';

/** The completions have a blank behind the marker. */
const REWARD = `/// <reference path="./rlvr.d.ts" />
import type { Reward } from 'rlvr';

type Row = { answer: string };

/** 1 when the number after the marker is the answer. */
export const correct: Reward<Row> = ({ completion, answer }) => {
  const given = /####(\\d+)/.exec(completion)?.[1];
  const wanted = answer.split('####').at(-1)?.trim();
  return given === wanted ? 1 : 0;
};
`;

scenario('an expression that matches nothing is mended from the lightbulb', async (stage) => {
  const folder = stage.makeFolder('project');
  const experiment = writeProject(folder, { steps: 8, reward: REWARD, changes: { evaluation: { every: 100 } } });
  await trainInTerminal(experiment, folder);
  const { page } = await stage.open({ open: { folder }, settings: { 'editor.minimap.enabled': false } });
  await openFile(page, 'reward.ts');
  const lens = codeLenses(page).filter({ hasText: /mean/ });
  await lens.filter({ hasText: / 0 % pass/ }).waitFor();
  await page.locator('.part.editor .squiggly-info, .part.editor .squiggly-warning').first().waitFor();

  const actions = page.locator('.action-widget .monaco-list-row');
  const fix = actions.filter({ hasText: 'Allow Any White Space' });
  // What is asked for too early has no edits yet: they are there when it is asked for again.
  await eventually('the edit', async () => {
    await codeLines(page).filter({ hasText: '.exec(completion)' }).locator('span', { hasText: '####' }).last().click();
    await page.locator('.part.editor .lightBulbWidget').first().click();
    await actions.first().waitFor();
    if (await fix.isVisible()) return true;
    await page.keyboard.press('Escape');
    return null;
  });
  assert.match((await fix.textContent()) ?? '', /would match [1-9]\d* of \d+/);
  await screenshot(page, 'quick fix 1 offered');
  await fix.click();
  await codeLines(page)
    .filter({ hasText: String.raw`####\s*(` })
    .waitFor();
  await lens.filter({ hasText: /was/ }).waitFor();
  await screenshot(page, 'quick fix 2 taken');
});
