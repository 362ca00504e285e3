/** Compare, and what it has the editor do: texts and outputs of two runs side by side; the same again after a reload. */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { firstSolved, writeComparedRun } from '../support/comparedRuns.ts';
import { screenshot } from '../workbench/artifacts.ts';
import { codeLines, tab } from '../workbench/editors.ts';
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
  await panel.locator('.verdicts', { hasText: /B against A, .*: better by 20\.0 points/ }).waitFor();
  await screenshot(page, 'compare');

  for (const [button, ...either] of [
    ['Experiment', '5e-4', '0.0005'],
    ['Reward Source', '0.25', '0.75'],
    ['Code', '+0.25', '+0.75'],
  ] as const) {
    // The page is made anew each time it comes back into sight.
    const shown = await panelFrame(page, FILLED);
    await shown.getByRole('group', { name: 'Open the two side by side' }).getByText(button).click();
    const texts = new RegExp(either.map((text) => text.replaceAll(/[+.]/g, '\\$&')).join('|'));
    await codeLines(page).filter({ hasText: texts }).first().waitFor();
    await screenshot(page, `compare ${button}`);
    await runCommand(page, 'View: Close Editor');
  }

  const closer = await panelFrame(page, '.matrix');
  await closer.locator('.cell', { hasText: /^20/ }).click();
  await closer.locator('.problem', { hasText: '#50' }).click();
  await framesShow(page, 'What is 50 and 50?', 2);
  await screenshot(page, 'compare outputs side by side');
  await tab(page, 'Compare').click();
  const back = await panelFrame(page, '.problem');
  assert.equal(await back.locator('.cell[aria-pressed=true]').innerText(), '20\nsolved by B alone');

  await workbench.reload();
  const again = await panelFrame(page, FILLED);
  await again.locator('.verdicts', { hasText: /B against A, .*: better by 20\.0 points/ }).waitFor();
  assert.deepEqual(workbench.violations, []);
});

/** Attempts, a tenth of a second apart. */
const PATIENCE = 600;

/** Waits until so many panels have a text. */
async function framesShow(page: Page, text: string, wanted: number): Promise<void> {
  for (let attempt = 0; attempt < PATIENCE; attempt++) {
    const found = await Promise.all(
      // A frame may go while it is asked.
      page.frames().map((frame) =>
        frame
          .getByText(text)
          .count()
          .catch(() => 0),
      ),
    );
    if (found.filter((count) => count > 0).length >= wanted) return;
    await page.waitForTimeout(100);
  }
  assert.fail(`"${text}" is not in ${String(wanted)} panels`);
}
