/** A run whose reward was changed while it trained: no curve goes through the change, and everyone is told where it was. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { finish, startRun, writeSteps } from '../support/dashboardRuns.ts';
import { until } from '../support/processes.ts';
import { launchBrowser } from '../workbench/browser.ts';
import { DashboardPanel } from './dashboardPanel.ts';
import { PANEL_THEMES } from './themes.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

const CHANGED = 31;
const STEPS = 100;

function changedRun(): string {
  const writer = startRun(STEPS);
  writeSteps(writer, 0, CHANGED - 1);
  const entry = 'rewards/0-cccccccccccc/reward.ts';
  writer.changeRewards(
    CHANGED,
    [{ fromStep: CHANGED, reward: 'correct', hash: 'c'.repeat(64), entry }],
    new Map([
      ['rewards/0-cccccccccccc', new Map([['reward.ts', new TextEncoder().encode('export const correct = 1;')]])],
    ]),
  );
  writeSteps(writer, CHANGED, STEPS);
  return finish(writer);
}

/** Where the parts of the curves of one colour begin, in a chart saved as SVG. */
function parts(svg: string): number {
  return [...svg.matchAll(/<path d="M[^"]*L[^"]*" fill="none"[^>]*stroke-width="2"/g)].length;
}

test('curves are cut, and the line in the gap leads to what changed', async () => {
  const opened = await DashboardPanel.open(browser, changedRun(), { width: 1200, height: 900 });
  try {
    await opened.settled();
    const { page } = opened.panel;
    const label = opened.card('Reward').locator('.chart-rule');
    assert.equal(await label.innerText(), 'reward changed at step 31');
    assert.equal(await opened.card('Held-out accuracy').locator('.chart-rule').count(), 1, 'it says what is solved');
    assert.equal(await opened.card('Completion length').locator('.chart-rule').count(), 0);
    assert.match(
      await opened.card('Reward').locator('p.visually-hidden').innerText(),
      /^The reward was changed at step 31\. Since step 31: Reward rose from 0\.\d+ to 0\.\d+ over 70 steps/,
    );
    assert.match(
      await opened.card('Held-out accuracy').locator('p.visually-hidden').innerText(),
      /Since step 31: Held-out accuracy went from .* at step 40 to/,
    );
    assert.deepEqual(
      (await opened.legend('Held-out accuracy')).map((row) => row.split(' | ')[0]),
      ['Accuracy, 95 % interval'],
    );
    assert.match(
      await opened.card('Reward').locator('.legend caption').innerText(),
      /^min and max .*since step 31, when the reward changed$/,
    );
    assert.equal(await opened.card('Completion length').locator('.legend caption').isVisible(), false);
    assert.doesNotMatch(await page.locator('.outcome').innerText(), /went from/);

    const list = page.getByRole('list', { name: 'Changes of the reward' });
    assert.match(
      await list.innerText(),
      /Reward changed at step 31: correct\..*held-out accuracy counts something else/s,
    );
    await list.getByRole('button', { name: 'Compare Sources' }).press('Enter');
    await label.click();
    assert.deepEqual(opened.places, ['rewards of step 31', 'rewards of step 31']);

    await opened.card('Reward').getByRole('button', { name: 'more actions' }).click();
    await page.getByRole('menuitem', { name: 'Save as SVG' }).click();
    await until(() => opened.saved.length > 0);
    const svg = String(opened.saved[0]?.data);
    assert.equal(parts(svg), 2);
    assert.match(svg, />reward changed at step 31</);
    assert.deepEqual(opened.panel.violations, []);
  } finally {
    await opened.close();
  }
});

test('a change while one looks is shown with its first step', async () => {
  const writer = startRun(STEPS);
  writeSteps(writer, 0, CHANGED - 1);
  const opened = await DashboardPanel.open(browser, writer.dir);
  try {
    await opened.settled();
    const label = opened.card('Reward').locator('.chart-rule');
    assert.equal(await label.count(), 0);
    writer.changeRewards(
      CHANGED,
      [{ fromStep: CHANGED, reward: 'format', hash: 'd'.repeat(64), entry: 'rewards/0-dddddddddddd/reward.ts' }],
      new Map(),
    );
    writeSteps(writer, CHANGED, CHANGED + 9);
    await label.waitFor();
    assert.equal(
      await opened.card('Held-out accuracy').locator('.chart-rule').count(),
      0,
      'what is solved is the same',
    );
    const told = opened.sent.findIndex(({ type }) => type === 'rewardChanges');
    const added = opened.sent.findIndex(({ type }) => type === 'added');
    assert.ok(told >= 0 && told < added, 'before the points that are not to be joined');
  } finally {
    finish(writer);
    await opened.close();
  }
});

for (const theme of PANEL_THEMES)
  test(`in ${theme}, 400 pixels wide`, async () => {
    const opened = await DashboardPanel.open(browser, changedRun(), { theme, width: 400, height: 900 });
    try {
      await opened.settled();
      const box = await opened.card('Reward').locator('.chart-rule').boundingBox();
      const plot = await opened.card('Reward').locator('.u-over').boundingBox();
      assert.ok(box && plot);
      if (process.env['RLVR_PICTURES'] !== undefined)
        await opened.panel.page.screenshot({
          path: `${process.env['RLVR_PICTURES']}/reward-change-${theme}.png`,
          fullPage: true,
        });
      assert.ok(box.x >= plot.x - 1 && box.x + box.width <= plot.x + plot.width + 1, 'it stays in the plot');
    } finally {
      await opened.close();
    }
  });
