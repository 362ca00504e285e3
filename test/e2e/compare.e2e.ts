/** Compare, and what it has the editor do: texts and outputs of two runs side by side; the same again after a reload. */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { firstSolved, writeComparedRun } from '../support/comparedRuns.ts';
import { screenshot } from '../workbench/artifacts.ts';
import { codeLines, tab, tabTitles } from '../workbench/editors.ts';
import { quickPickRows, runCommand } from '../workbench/palette.ts';
import { panelFrame } from '../workbench/panels.ts';
import { openView, treeRow } from '../workbench/views.ts';
import { scenario } from './scenario.ts';

const FILLED = 'table.runs tbody tr';

/** Two runs of one experiment, between which the reward was edited and another function made what is rewarded. */
function writeRuns(folder: string): void {
  const runs = path.join(folder, '.rlvr', 'runs');
  const rewards = [
    { file: 'reward.ts', function: 'correct' },
    { file: 'format.ts', function: 'format', weight: 0.1 },
  ];
  const kept = (format: string): Record<string, string> => ({
    'rewards/entries.json': JSON.stringify({ 'reward.ts': '0/reward.ts', 'format.ts': '1/format.ts' }),
    'rewards/0/reward.ts': 'export const correct = () => 1;\n',
    'rewards/1/format.ts': `export const format = () => ${format};\n`,
    'code.diff': `+${format}\n`,
  });
  writeComparedRun(runs, {
    id: '20260101-120000-aaaa',
    evaluations: { 0: firstSolved(10, 100), 20: firstSolved(50, 100) },
    experiment: { rewards },
    manifest: { rewardHashes: { correct: 'c', format: 'before' }, gitCommit: 'a'.repeat(40), gitDirty: true },
    files: kept('0.25'),
  });
  writeComparedRun(runs, {
    id: '20260101-120100-aaaa',
    evaluations: { 0: firstSolved(10, 100), 20: firstSolved(70, 100) },
    experiment: { rewards, optimizer: { learningRate: 5e-4 } },
    manifest: {
      rewardHashes: { correct: 'c', format: 'after' },
      gitCommit: 'a'.repeat(40),
      gitDirty: true,
      createdAt: '2026-01-01T12:01:00.000Z',
    },
    files: kept('0.75'),
  });
}

scenario('compare two runs', async (stage) => {
  const folder = stage.makeFolder('project');
  writeRuns(folder);
  const { page, workbench } = await stage.open({ open: { folder } });
  await openView(page, 'RLVR');
  await treeRow(page, /70\.0 %/).waitFor();
  await runCommand(page, 'RLVR: Compare Runs…');
  await quickPickRows(page).nth(1).waitFor();
  for (const row of await quickPickRows(page).all()) await row.click();
  await page.keyboard.press('Enter');
  const panel = await panelFrame(page, FILLED);
  await panel.locator('.verdicts', { hasText: 'points' }).waitFor();
  await screenshot(page, 'compare');

  const diffs = panel.getByRole('group', { name: 'Open the two side by side' });
  await diffs.getByText('Experiment').click();
  await shows(page, '5e-4', '0.0005');
  await closeEditor(page);
  await diffs.getByText('Reward Source').click();
  await shows(page, '0.25', '0.75');
  await screenshot(page, 'compare reward source');
  await closeEditor(page);
  await diffs.getByText('Code').click();
  await shows(page, '+0.25', '+0.75');
  await closeEditor(page);

  await panel.locator('.matrix .cell', { hasText: /^20/ }).click();
  await panel.locator('.problem', { hasText: '#50' }).click();
  await screenshot(page, 'compare outputs side by side');
  assert.equal((await tabTitles(page)).filter((title) => title.startsWith('Outputs')).length, 2);

  await tab(page, 'Compare').click();
  await workbench.reload();
  const again = await panelFrame(page, FILLED);
  await again.locator('.verdicts', { hasText: 'points' }).waitFor();
  assert.deepEqual(workbench.violations, []);
});

/** Waits until code with one of these texts is in sight. */
async function shows(page: Page, ...texts: readonly string[]): Promise<void> {
  const either = new RegExp(texts.map((text) => text.replaceAll(/[+.]/g, '\\$&')).join('|'));
  await codeLines(page).filter({ hasText: either }).first().waitFor();
}

async function closeEditor(page: Page): Promise<void> {
  await runCommand(page, 'View: Close Editor');
}
