/** What is made of a run that is over: a report, its metrics in a file, its experiment for another trainer, and its controls. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { screenshot } from '../workbench/artifacts.ts';
import { enterPath, pick, pickAll, quickPickRows } from '../workbench/palette.ts';
import { notifications } from '../workbench/surroundings.ts';
import { openView, rowMenu, treeRow } from '../workbench/views.ts';
import { answerAboutClosing, eventually, runsIn, trainInTerminal } from './runs.ts';
import { writeProject } from './project.ts';
import { scenario } from './scenario.ts';

/** For a preview to be drawn before its picture is taken. */
const READING_MS = 2000;

scenario('a run is reported, exported, and repeated as its controls', async (stage) => {
  const folder = stage.makeFolder('project');
  await trainInTerminal(writeProject(folder, { steps: 3 }), folder);
  const { page } = await stage.open({ open: { folder } });
  await openView(page, 'RLVR');
  const row = treeRow(page, /3 · /);

  await rowMenu(page, row, 'Write Report…');
  await enterPath(page, `${folder}/`, 'Write the Report Here');
  const report = await eventually('the report', () => {
    const name = readdirSync(folder).find((entry) => entry.startsWith('report-'));
    const html = name === undefined ? null : path.join(folder, name, 'report.html');
    return html !== null && existsSync(html) ? readFileSync(html, 'utf8') : null;
  });
  assert.match(report, /Gains and losses/);
  await notifications(page).filter({ hasText: 'Wrote ' }).waitFor();
  await page.locator('.tab', { hasText: 'report.md' }).waitFor();
  await page.waitForTimeout(READING_MS);
  await screenshot(page, 'report written');

  await rowMenu(page, row, 'Export…');
  await pick(page, 'Metrics');
  await enterPath(page, path.join(folder, 'metrics.csv'), 'OK');
  await eventually('the metrics', () => (existsSync(path.join(folder, 'metrics.csv')) ? true : null));
  assert.match(readFileSync(path.join(folder, 'metrics.csv'), 'utf8'), /^step,/);
  await page.locator('.tab', { hasText: 'metrics.csv' }).waitFor();

  await rowMenu(page, row, 'Export…');
  await pick(page, 'Project for TRL');
  await enterPath(page, `${folder}/`, 'Write the Project Here');
  await page.locator('.tab', { hasText: 'README.md' }).waitFor();
  assert.ok(existsSync(path.join(folder, 'small-trl')));
  await screenshot(page, 'project for TRL');

  await rowMenu(page, row, 'Start Controls…');
  await quickPickRows(page).filter({ hasText: 'Random Reward' }).waitFor();
  await screenshot(page, 'controls offered');
  await pickAll(page);
  await answerAboutClosing(page);
  await eventually('the run and its four controls', () => {
    const runs = runsIn(folder);
    return runs.length === 5 && runs.every(({ status }) => status === 'finished') ? true : null;
  });
  await screenshot(page, 'controls done');
});
