/**
 * What every panel keeps: its content security policy, whatever is in a run; for who does not see or does not use a mouse; and in
 * little space.
 */
import assert from 'node:assert/strict';
import type { Frame, Page } from 'playwright-core';
import { screenshot } from '../workbench/artifacts.ts';
import { pickAll, runCommand } from '../workbench/palette.ts';
import {
  accessibilityProblems,
  panelFrame,
  panelWidth,
  sidewaysOverflow,
  unreachableByTab,
} from '../workbench/panels.ts';
import { changeTheme } from '../workbench/themes.ts';
import { openView, treeRow } from '../workbench/views.ts';
import { HOSTILE, writeHostileRun } from './hostileRun.ts';
import { scenario, type OpenWindow, type Stage } from './scenario.ts';

const LOOKS = ['dark', 'light', 'highContrast'] as const;

const DASHBOARD = '.dashboard .legend td';
/** How each panel is opened on the runs of `openOnRuns`, and something that is there when it is filled. */
const PANELS: Readonly<Record<string, { readonly open: (page: Page) => Promise<void>; readonly filled: string }>> = {
  Dashboard: { open: () => Promise.resolve(), filled: DASHBOARD },
  Outputs: {
    open: async (page) => {
      const dashboard = await panelFrame(page, DASHBOARD);
      await dashboard.getByRole('button', { name: 'Open Outputs' }).click();
    },
    filled: '.outputs .card .completion-text',
  },
  Compare: {
    open: async (page) => {
      await runCommand(page, 'RLVR: Compare Runs…');
      await pickAll(page);
    },
    filled: '.verdicts .verdict',
  },
};

for (const [name, { open, filled }] of Object.entries(PANELS)) {
  scenario(`${name} in every theme`, async (stage) => {
    const { page, server, workbench } = await openOnRuns(stage);
    await open(page);
    const panel = await panelFrame(page, filled);
    for (const theme of LOOKS) {
      await changeTheme(server.editor.version, page, panel, theme);
      await screenshot(page, `${name} ${theme}`);
      assert.deepEqual(await accessibilityProblems(panel), [], theme);
    }
    assert.deepEqual(workbench.violations, []);
  });

  scenario(`${name} by keyboard, in little space, with a hostile run`, async (stage) => {
    const { page, workbench } = await openOnRuns(stage);
    await open(page);
    const panel = await panelFrame(page, filled);
    await assertHarmless(panel);
    assert.deepEqual(workbench.violations, []);
    assert.deepEqual(await unreachableByTab(page, panel), []);

    await narrow(page, 400, panel);
    await screenshot(page, `${name} narrow`);
    assert.equal(await sidewaysOverflow(panel), 0);
    assert.deepEqual(await accessibilityProblems(panel), []);

    // 200 % zoom of a window of 1400 by 900 pixels.
    await page.setViewportSize({ width: 700, height: 450 });
    await screenshot(page, `${name} zoomed`);
    assert.equal(await sidewaysOverflow(panel), 0);
  });
}

scenario('a violation of the policy is noticed', async (stage) => {
  const { page, workbench } = await openOnRuns(stage);
  const panel = await panelFrame(page, DASHBOARD);
  assert.deepEqual(workbench.violations, []);
  // As a panel would that parses what a model wrote.
  await panel.evaluate(`document.getElementById('root').insertAdjacentHTML('beforeend', ${JSON.stringify(HOSTILE)})`);
  await page.waitForTimeout(500);
  assert.match(workbench.violations.map(({ directive }) => directive).join(' '), /script-src/);
});

async function openOnRuns(stage: Stage): Promise<OpenWindow> {
  const folder = stage.makeFolder('project');
  writeHostileRun(folder);
  writeHostileRun(folder, '20260102-120000-abcd');
  const opened = await stage.open({ open: { folder } });
  await openView(opened.page, 'RLVR');
  await treeRow(opened.page, /20 · /).click();
  return opened;
}

async function assertHarmless(panel: Frame): Promise<void> {
  assert.equal(await panel.locator('.injected').count(), 0);
  assert.notEqual(await panel.title(), 'injected');
}

/** Makes the panel so wide, in pixels. */
async function narrow(page: Page, width: number, panel: Frame): Promise<void> {
  await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
  const { height } = page.viewportSize() ?? { height: 900 };
  await page.setViewportSize({ width, height });
  await page.waitForTimeout(500);
  const missing = width - (await panelWidth(panel));
  await page.setViewportSize({ width: width + missing, height });
  await page.waitForTimeout(500);
  assert.equal(await panelWidth(panel), width);
}
