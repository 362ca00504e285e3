/**
 * The first five minutes with RLVR-Ops, click by click: the demo, its curves, what the model writes, a reward that is changed, the
 * result, a second run, and the two compared. The README's pictures are taken here.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { checkPromise, screenshot } from '../workbench/artifacts.ts';
import { codeLenses, openFile, replaceInEditor, tab, tabTitles } from '../workbench/editors.ts';
import { pickAll } from '../workbench/palette.ts';
import { panelFrame } from '../workbench/panels.ts';
import { dialogs, notifications, statusBarItem } from '../workbench/surroundings.ts';
import { activityIcon, treeRow, welcomeButtons } from '../workbench/views.ts';
import { answerAboutClosing, eventually, newestRun, reached } from './runs.ts';
import { scenario } from './scenario.ts';

const FIRST_POINT = 10_000;
const VISIBLE_RISE = 90_000;
/** Of held-out accuracy: what anyone sees in a curve from 0 to 1. */
const RISE = 0.15;
/** The demo takes one to two minutes where nothing else runs. */
const DEMO_LIMIT_MS = 15 * 60_000;

scenario('the first five minutes', async (stage) => {
  const folder = stage.makeFolder('project');
  const { page, server, workbench } = await stage.open({ open: { folder } });
  const demo = path.join(folder, 'rlvr-demo');

  // Two clicks to the first curve.
  await activityIcon(page, 'RLVR').click();
  await welcomeButtons(page).filter({ hasText: 'Demo' }).waitFor();
  assert.deepEqual(await welcomeButtons(page).allTextContents(), ['Try the Built-in Demo', 'New Experiment…']);
  await screenshot(page, 'first five minutes 1 welcome');
  await welcomeButtons(page).first().click();
  const clicked = performance.now();
  const dashboard = await panelFrame(page, '.dashboard');
  await dashboard.locator('.legend td', { hasText: /\d/ }).first().waitFor();
  checkPromise('the demo: first point', performance.now() - clicked, FIRST_POINT);
  await tab(page, 'reward.ts').waitFor();
  for (const file of ['demo.rlvr.json', 'reward.ts', 'problems.jsonl']) assert.ok(existsSync(path.join(demo, file)));
  const [left, right] = await tabTitles(page);
  assert.equal(left, 'reward.ts');
  assert.match(right ?? '', /demo/);
  await assertNothingInTheWay(page);
  await screenshot(page, 'first five minutes 2 first point');

  await eventually('a visible rise', () => risen(folder), DEMO_LIMIT_MS);
  checkPromise('the demo: visible rise', performance.now() - clicked, VISIBLE_RISE);
  await screenshot(page, 'first five minutes 3 rise');

  // What the model writes, and what it is worth with another reward.
  await dashboard.getByRole('button', { name: 'Open Outputs' }).click();
  const outputs = await panelFrame(page, '.outputs .card');
  await outputs.getByLabel('Show').selectOption('Unsolved');
  await outputs.locator('.list-pane [role="option"]').first().click();
  await screenshot(page, 'first five minutes 4 outputs');
  await outputs.getByRole('button', { name: 'Score Again' }).click();
  await outputs.locator('.rescoring-status', { hasText: 'every score stays' }).waitFor();
  await replaceInEditor(page, 'reward.ts', '? 1 : 0;', '? 1 : 0.25;');
  await outputs.locator('.rescoring-status', { hasText: /score(s change| changes)/ }).waitFor();
  await outputs.locator('.card-changed').first().waitFor();
  await screenshot(page, 'first five minutes 5 new scores');
  await replaceInEditor(page, 'reward.ts', '? 1 : 0.25;', '? 1 : 0;');

  // The result is one sentence with its interval.
  await tab(page, 'Dashboard: demo').click();
  const finished = await panelFrame(page, '.dashboard');
  await eventually(
    'the end of the demo',
    () => (newestRun(folder)?.status === 'finished' ? true : null),
    DEMO_LIMIT_MS,
  );
  const sentence = finished.locator('.outcome', { hasText: 'better by' });
  await sentence.waitFor();
  assert.match(
    (await sentence.textContent()) ?? '',
    /Held-out accuracy went from [\d.]+ % to [\d.]+ %, .*: better by [\d.]+ points \[[\d.]+, [\d.]+\]/,
  );
  await screenshot(page, 'first five minutes 6 result');

  // One value changed, said before the start.
  await openFile(page, 'demo.rlvr.json');
  await replaceInEditor(page, 'demo.rlvr.json', '"learningRate": 5e-4', '"learningRate": 3e-4');
  await page.keyboard.press('Control+Home');
  const start = codeLenses(page).filter({ hasText: /learningRate.*5e-4.*→.*3e-4/ });
  await start.waitFor();
  await screenshot(page, 'first five minutes 7 changed');
  const first = newestRun(folder)?.dir;
  await start.click();
  await answerAboutClosing(page);
  await eventually('the second run', () => (newestRun(folder)?.dir === first ? null : true));
  await reached(folder, 60);

  const second = await panelFrame(page, '.dashboard');
  await second.getByRole('button', { name: 'Stop' }).click();
  await second.locator('.where', { hasText: 'Stopped after' }).waitFor();
  await second.getByRole('button', { name: 'Compare' }).click();
  await pickAll(page);
  const compare = await panelFrame(page, '.verdicts .verdict');
  await compare.getByText('optimizer.learningRate').waitFor();
  await screenshot(page, 'first five minutes 8 compare');

  await assertNothingInTheWay(page);
  assert.deepEqual(workbench.violations, []);
  await treeRow(page, 'demo').waitFor();
  await statusBarItem(page, /\d+\/300/).waitFor({ state: 'hidden' });
  assert.deepEqual(server.workers(), []);
});

function risen(folder: string): true | null {
  const run = newestRun(folder);
  const accuracy = run?.lastEvaluation?.accuracy.value ?? 0;
  return accuracy >= 0.35 + RISE ? true : null;
}

/** No modal, no notification. */
async function assertNothingInTheWay(page: Page): Promise<void> {
  assert.deepEqual(await notifications(page).allTextContents(), []);
  assert.equal(await dialogs(page).count(), 0);
}
