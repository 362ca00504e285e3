import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { finish, finishedRun, rewardAt, startRun, warn, writeSteps } from '../support/dashboardRuns.ts';
import { launchBrowser } from '../workbench/browser.ts';
import { DashboardPanel, type DashboardOptions } from './dashboardPanel.ts';
import { PANEL_THEMES } from './themes.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

async function withPanel(
  runDir: string | null,
  look: (opened: DashboardPanel, page: Page) => Promise<void>,
  options: DashboardOptions = {},
): Promise<void> {
  const opened = await DashboardPanel.open(browser, runDir, options);
  try {
    if (runDir !== null) await opened.settled();
    await look(opened, opened.panel.page);
    assert.deepEqual(opened.panel.violations, []);
  } finally {
    await opened.close();
  }
}

const run = finishedRun(100);

test('four curves with their values, and words for who does not see them', async () => {
  await withPanel(run, async (opened, page) => {
    const titles = await page.locator('section.card h2').allInnerTexts();
    assert.deepEqual(titles, ['Reward', 'Held-out accuracy', 'Dead groups', 'Completion length']);
    for (const title of titles) assert.ok((await opened.pixels(title)) > 1000, title);
    assert.deepEqual(await opened.legend('Reward'), [
      'Reward | 0.667 | 0.663 | 0.020 | 0.667',
      'Spread within groups | ± 0.233 |  |  | ',
      'correct | 0.600 | 0.597 | 0.018 | 0.600',
      'format | 0.133 | 0.133 | 0.004 | 0.133',
    ]);
    assert.deepEqual(await opened.legend('Held-out accuracy'), [
      'Accuracy, 95 % interval | 66.7 % (56.7 to 76.7) | 0.0 % | 66.7 %',
      'Before training | 0.0 % |  | ',
    ]);
    const summary = opened.card('Reward').locator('p.visually-hidden');
    assert.match(
      await summary.innerText(),
      /^Reward rose from 0\.\d+ to 0\.\d+ over 100 steps; highest 0\.667 at step 100\.$/,
    );
    assert.equal(
      await opened.card('Reward').locator('.chart-plot').getAttribute('aria-describedby'),
      await summary.getAttribute('id'),
    );
    assert.match(
      await opened.card('Completion length').locator('.remark').innerText(),
      /cut off at rollout\.maxCompletionLength/,
    );
  });
});

test('which run, where it stands and how it turned out', async () => {
  await withPanel(run, async (opened, page) => {
    const head = await page.locator('header').innerText();
    assert.match(head, /apples/);
    assert.match(head, /Finished after 100 steps · 3 min 20 s/);
    await page.locator('.outcome', { hasText: 'Held-out accuracy went from 0.0 % to 66.7 %' }).waitFor();
    await page.getByRole('button', { name: 'Open Outputs' }).click();
    await page.getByRole('button', { name: 'Compare' }).click();
    assert.deepEqual(opened.actions, ['openOutputs', 'compare']);
  });
});

test('a run under way: new steps, its phase, and buttons for it', async () => {
  const writer = startRun(400);
  writeSteps(writer, 0, 50);
  const live = { state: 'working', phase: { phase: 'rollout', step: 51, done: 1, total: 4 } } as const;
  await withPanel(
    writer.dir,
    async (opened, page) => {
      assert.match(await page.locator('.where').innerText(), /^Step 51 of 400, sampling 25 %/);
      writeSteps(writer, 51, 60);
      await opened
        .card('Reward')
        .locator('td', { hasText: rewardAt(60).toFixed(3) })
        .first()
        .waitFor();
      await page.locator('.where', { hasText: 'Step 60 of 400' }).waitFor();
      for (const name of ['Pause', 'Stop']) await page.getByRole('button', { name }).click();
      assert.deepEqual(opened.actions, ['pause', 'stop']);
      // A resumed run goes back to its last state.
      writer.rewind(30);
      await opened
        .card('Reward')
        .locator('td', { hasText: rewardAt(30).toFixed(3) })
        .first()
        .waitFor();
    },
    { live },
  );
  finish(writer);
});

test('text from a run is text', async () => {
  const hostile = '<img src=x onerror="document.title=1">';
  const dir = finishedRun(20, { rewards: [{ function: hostile }, { function: 'b' }] });
  warn(dir, hostile);
  await withPanel(dir, async (opened, page) => {
    assert.match(await opened.card('Reward').innerText(), /./);
    await page.getByRole('button', { name: '1 warning' }).click();
    assert.equal(await page.locator('.warning-text').innerText(), hostile);
    assert.equal(await page.locator('img').count(), 0);
  });
});

test('no run is selected', async () => {
  await withPanel(null, async (opened, page) => {
    await page.getByRole('button', { name: 'Try the Built-in Demo' }).click();
    await page.getByRole('button', { name: 'New Experiment…' }).click();
    assert.deepEqual(opened.actions, ['tryDemo', 'newExperiment']);
    assert.deepEqual(await opened.panel.accessibilityProblems(), []);
  });
});

for (const theme of PANEL_THEMES)
  test(`accessible in ${theme}`, async () => {
    const dir = finishedRun(40);
    warn(dir, 'the reward failed');
    const state = { state: { version: 1, more: true, warnings: true }, kept: null };
    await withPanel(
      dir,
      async (opened, page) => {
        await page.locator('.warnings-list').waitFor();
        assert.deepEqual(await opened.panel.accessibilityProblems(), []);
      },
      { theme, state },
    );
  });

test('in a column 400 pixels wide, and at twice the size', async () => {
  const state = { state: { version: 1, more: true }, kept: null };
  for (const size of [{ width: 400 }, { width: 500, height: 450, deviceScaleFactor: 2 }])
    await withPanel(
      run,
      async (opened, page) => {
        assert.equal(
          await page.evaluate('document.documentElement.scrollWidth - innerWidth'),
          0,
          'nothing lies beside the page',
        );
        const box = await opened.card('Reward').locator('canvas').boundingBox();
        assert.ok(box && box.width > 300);
      },
      { ...size, state },
    );
});
