import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { signalRun, type SignalRunOptions } from '../support/signalRuns.ts';
import { launchBrowser } from '../workbench/browser.ts';
import { DashboardPanel, type DashboardOptions } from './dashboardPanel.ts';
import { PANEL_THEMES } from './themes.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

async function withPanel(
  run: SignalRunOptions,
  look: (opened: DashboardPanel, page: Page) => Promise<void>,
  options: DashboardOptions = {},
): Promise<void> {
  const opened = await DashboardPanel.open(browser, signalRun(run), options);
  try {
    await opened.settled();
    await opened.panel.page.locator('.signal').waitFor();
    await look(opened, opened.panel.page);
    assert.deepEqual(opened.panel.violations, []);
  } finally {
    await opened.close();
  }
}

const OPEN = { state: { version: 1, signal: true }, kept: null };

test('a line says how many groups had no signal, and each count shows its groups', async () => {
  await withPanel({ steps: 20 }, async (opened, page) => {
    const strip = page.getByRole('region', { name: 'Groups without signal' });
    assert.equal(
      await strip.getByRole('button', { expanded: false }).locator('span:not(.codicon)').innerText(),
      'Of 90 groups in the last 10 steps 70 had no signal',
    );
    assert.deepEqual(await strip.locator('.signal-counts li').allInnerTexts(), [
      '20 all right',
      '10 all wrong',
      '10 no answer found',
      '10 all cut off',
      '10 rewards cancel',
      '10 reward failed',
    ]);
    await strip.getByRole('button', { name: '10 rewards cancel' }).click();
    const [selection = assert.fail()] = opened.places;
    assert.ok(typeof selection === 'object' && 'groups' in selection);
    assert.deepEqual(selection.scope, { purpose: 'rollout', split: 'train' });
    assert.equal(selection.title, '10 groups: rewards cancel');
    assert.deepEqual(selection.groups[0], { problem: 7, step: 20 });
    assert.equal(selection.groups.length, 10);
  });
});

test('opened with the keyboard, each cause says what would change it', async () => {
  await withPanel({ steps: 20 }, async (opened, page) => {
    const strip = page.getByRole('region', { name: 'Groups without signal' });
    await strip.getByRole('button', { expanded: false }).focus();
    await page.keyboard.press('Enter');
    await strip.getByText('before they solve the problem').waitFor();
    assert.equal((await opened.kept()).signal, true, 'remembered');
    for (const name of ['20 all right', 'dataset.source', 'algorithm.dynamicSampling']) {
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate('document.activeElement.lastElementChild.innerText'), name);
    }
    await page.keyboard.press('Enter');
    await strip.getByRole('button', { name: 'rollout.maxCompletionLength' }).click();
    await strip.getByRole('button', { name: 'weight of form' }).click();
    assert.deepEqual(opened.places, [
      ['algorithm', 'dynamicSampling'],
      ['rollout', 'maxCompletionLength'],
      ['rewards', 1, 'weight'],
    ]);
  });
});

test("a failing function of the user's own is a link to it", async () => {
  const rewards = [
    { file: 'reward.ts', function: 'right' },
    { function: 'format', name: 'form' },
  ];
  await withPanel(
    { steps: 20, changes: { rewards } },
    async (opened, page) => {
      await page.locator('.signal-causes').getByRole('button', { name: 'right', exact: true }).click();
      assert.deepEqual(opened.places, ['right']);
    },
    { state: OPEN },
  );
});

test('a sign is a point on the curve of the reward, with its words below and what shows it', async () => {
  await withPanel({ steps: 100, hacked: true }, async (opened, page) => {
    const signs = page.getByRole('list', { name: 'Signs of reward hacking' });
    await signs.waitFor();
    assert.match(
      await signs.innerText(),
      /Step \d+: Reward rises while held-out accuracy falls\s+From step 0 to \d+ the reward rose from .* and held-out accuracy fell from 70\.3 % to/,
    );
    const mark = opened.card('Reward').locator('.chart-mark');
    assert.match((await mark.getAttribute('title')) ?? '', /^Step \d+: Reward rises while held-out accuracy falls$/);
    await mark.click();
    assert.match(await page.evaluate('document.activeElement.innerText'), /Reward rises/, 'it leads to its words');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const [selection = assert.fail()] = opened.places;
    assert.ok(typeof selection === 'object' && 'groups' in selection);
    assert.deepEqual(selection.scope, { purpose: 'evaluation', split: 'validation' });
    await opened.card('Reward').getByRole('button').click();
    await page.getByRole('menuitem', { name: 'Save as SVG…' }).click();
    while (opened.saved.length < 1) await opened.drawn();
    assert.match(String(opened.saved[0]?.data), /<path d="M[\d.]+ [\d.]+H[\d.]+L[\d.]+ [\d.]+Z"/);
  });
});

test('where all is well nothing is said of signs', async () => {
  await withPanel({ steps: 100 }, async (opened, page) => {
    assert.equal(await page.getByRole('list', { name: 'Signs of reward hacking' }).count(), 0);
    assert.equal(await opened.card('Reward').locator('.chart-mark').count(), 0);
  });
});

test('text from a run is text', async () => {
  const hostile = '<img src=x onerror="document.title=1">';
  const rewards = [
    { file: 'reward.ts', function: 'right', name: hostile },
    { function: 'format', name: 'form' },
  ];
  await withPanel(
    { steps: 20, changes: { rewards } },
    async (_, page) => {
      await page.locator('.signal-causes', { hasText: hostile }).waitFor();
      assert.equal(await page.locator('img').count(), 0);
    },
    { state: OPEN },
  );
});

for (const theme of PANEL_THEMES)
  for (const width of [1000, 400])
    test(`accessible in ${theme}, ${width} pixels wide`, async () => {
      await withPanel(
        { steps: 100, hacked: true },
        async (opened, page) => {
          await page.locator('.signs').waitFor();
          if (process.env['RLVR_PICTURES'] !== undefined) {
            await page.screenshot({
              path: `${process.env['RLVR_PICTURES']}/signal-${theme}-${width}.png`,
              fullPage: true,
            });
          }
          assert.deepEqual(await opened.panel.accessibilityProblems(), []);
          assert.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0);
        },
        { theme, width, state: OPEN },
      );
    });
