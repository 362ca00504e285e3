import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { finishedRun } from '../support/dashboardRuns.ts';
import { launchBrowser } from '../workbench/browser.ts';
import { DashboardPanel, type DashboardOptions } from './dashboardPanel.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

async function withPanel(
  runDir: string,
  look: (opened: DashboardPanel, page: Page) => Promise<void>,
  options: DashboardOptions = {},
): Promise<void> {
  const opened = await DashboardPanel.open(browser, runDir, options);
  try {
    await opened.settled();
    await look(opened, opened.panel.page);
    assert.deepEqual(opened.panel.violations, []);
  } finally {
    await opened.close();
  }
}

const run = finishedRun(100);

test('a box is zoomed into, the values alone too, and a double click goes back', async () => {
  await withPanel(run, async (opened, page) => {
    await opened.drag('Reward', [0.25, 0.5], [0.5, 0.52]);
    const wide = await opened.kept();
    assert.ok(
      wide.range && Math.abs(wide.range.from - 25) < 2 && Math.abs(wide.range.to - 50) < 2,
      JSON.stringify(wide),
    );
    assert.equal(wide.charts['reward']?.y ?? null, null, 'a stroke to the side is no box');
    await opened.drawn();
    assert.match((await opened.legend('Dead groups'))[0] ?? '', /\| 26\.\d % \| 40\.0 %$/, 'in all charts');

    await opened.drag('Reward', [0.5, 0.2], [0.52, 0.8]);
    const high = await opened.kept();
    assert.ok(high.charts['reward']?.y);
    assert.deepEqual(high.range, wide.range);
    assert.ok(await page.getByRole('button', { name: 'Reset Zoom' }).isVisible());

    await opened.card('Reward').locator('.u-over').dblclick();
    const back = await opened.kept();
    assert.deepEqual([back.range, back.charts['reward']?.y], [null, null]);

    await opened.drag('Reward', [0.2, 0.2], [0.6, 0.7]);
    const box = await opened.kept();
    assert.ok(box.range && box.charts['reward']?.y);

    await page.keyboard.down('Shift');
    await opened.drag('Reward', [0.8, 0.5], [0.3, 0.51]);
    await page.keyboard.up('Shift');
    const panned = await opened.kept();
    assert.ok(panned.range && panned.range.from > box.range.from + 10, 'dragged to what is later');
  });
});

test('the cursor is at the same step everywhere', async () => {
  await withPanel(run, async (opened, page) => {
    const box = await opened.card('Reward').locator('.u-over').boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + box.width / 2, box.y + 20);
    for (const title of ['Reward', 'Dead groups', 'Completion length'])
      await opened.card(title).locator('th', { hasText: 'step 50' }).waitFor();
    assert.match((await opened.legend('Reward'))[0] ?? '', /^Reward \| 0\.500/);
    await page.mouse.move(5, 5);
    await opened.card('Reward').locator('th', { hasText: 'last' }).waitFor();
  });
});

test('everything with the keyboard, and said to a screen reader', async () => {
  await withPanel(run, async (opened, page) => {
    const plot = opened.card('Reward').locator('.chart-plot');
    await plot.focus();
    for (const key of ['End', 'ArrowLeft', 'ArrowLeft']) await page.keyboard.press(key);
    await opened.drawn();
    assert.match((await plot.getAttribute('aria-valuetext')) ?? '', /^step 98: Reward 0\.662, Spread within groups ± /);
    assert.equal(await plot.getAttribute('aria-valuenow'), '98');
    await page.keyboard.press('+');
    const near = await opened.kept();
    assert.ok(near.range && near.range.to <= 100 && near.range.from > 10, 'around the cursor');
    await page.keyboard.press('Shift+ArrowUp');
    assert.ok((await opened.kept()).charts['reward']?.y);
    await page.keyboard.press('0');
    assert.deepEqual((await opened.kept()).range, null);

    await opened.drawn();
    await page.keyboard.press('+');
    await opened.drawn();
    const before = (await opened.kept()).range;
    for (let press = 0; press < 10; press++) await page.keyboard.press('Shift+ArrowLeft');
    const left = (await opened.kept()).range;
    assert.ok(before && left);
    assert.equal(left.from, 0);
    assert.ok(Math.abs(left.to - (before.to - before.from)) < 1e-6, 'panning at the edge does not zoom');
    await page.keyboard.press('0');

    // Everything that can be done is reached by Tab, in the order of the page, and seen to be.
    await page.locator('header').getByRole('button').first().focus();
    const reached: string[] = [];
    for (let press = 0; press < 14; press++) {
      await page.keyboard.press('Tab');
      reached.push(
        await page.evaluate<string>(
          `(() => { const at = document.activeElement; return (at.getAttribute('aria-label') ?? at.labels?.[0]?.textContent ?? at.textContent).replace(/[^ -~]/g, '').trim(); })()`,
        ),
      );
    }
    assert.deepEqual(reached.slice(0, 5), [
      'Compare',
      'Horizontal axis',
      'Smoothing',
      'Reward: more actions',
      'Reward',
    ]);
    assert.ok(
      reached.some((name) => /More: \d+ curves/.test(name)),
      reached.join(', '),
    );
  });
});

test('a menu is opened, walked and left with the keyboard', async () => {
  await withPanel(run, async (opened, page) => {
    const menuOf = opened.card('Reward').getByRole('button', { name: 'Reward: more actions' });
    await menuOf.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    assert.deepEqual(await opened.panel.accessibilityProblems(), []);
    await page.keyboard.press('Escape');
    assert.equal(await page.getByRole('menu').count(), 0);
    assert.equal(await page.evaluate('document.activeElement.getAttribute("aria-label")'), 'Reward: more actions');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    const state = await page.evaluate<{ state: { charts: Record<string, { log: boolean }> } }>('keptState()');
    assert.equal(state.state.charts['reward']?.log, true, 'the first entry is the logarithmic axis');
  });
});

test('pictures and values are saved', async () => {
  await withPanel(run, async (opened, page) => {
    const save = async (entry: string): Promise<void> => {
      await opened.card('Dead groups').getByRole('button').click();
      await page.getByRole('menuitem', { name: entry }).click();
    };
    await save('Save as SVG…');
    await save('Save as PNG…');
    while (opened.saved.length < 2) await opened.drawn();
    const [svg, png] = opened.saved;
    assert.match(svg?.name ?? '', /^apples-.*Dead-groups\.svg$/);
    assert.ok(
      typeof svg?.data === 'string' && svg.data.startsWith('<svg ') && svg.data.includes('>Dead groups</text>'),
    );
    assert.ok(png && typeof png.data !== 'string');
    assert.deepEqual(Array.from(png.data.slice(0, 8)), [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  });
});

test('over tokens and over time', async () => {
  await withPanel(run, async (opened, page) => {
    for (const axis of ['tokens', 'time']) {
      await page.getByLabel('Horizontal axis').selectOption(axis);
      await page.locator('.chart-plot').first().waitFor();
      // The tokens of the last step, and its seconds; both are there once the points have come.
      const end = axis === 'tokens' ? '100000' : '200';
      await page.locator(`.chart-plot[aria-valuemax="${end}"]`).first().waitFor();
    }
    assert.ok((await opened.pixels('Reward')) > 1000);
  });
});

test('everything else is under More, drawn when it is looked at', async () => {
  await withPanel(run, async (opened, page) => {
    await page.getByRole('button', { name: /^More: \d+ curves$/ }).click();
    const own = opened.card('my/own metric');
    await own.waitFor({ state: 'attached' });
    assert.equal(await own.locator('canvas').count(), 0, 'far below the screen');
    await own.scrollIntoViewIfNeeded();
    await own.locator('canvas').waitFor();
    await page.getByRole('textbox', { name: 'Find a curve' }).fill('entr');
    assert.deepEqual(await page.getByRole('region', { name: 'More curves' }).locator('h2').allInnerTexts(), [
      'Entropy',
    ]);
    assert.ok((await page.evaluate<{ state: { more: boolean } }>('keptState()')).state.more, 'remembered');
  });
});

test('a tab that comes back is as it was', async () => {
  const state = {
    state: {
      ...{ version: 1, axis: 'step', smoothing: 0, more: true, filter: '', warnings: false, runDir: run },
      ...{ range: { from: 20, to: 40 }, charts: { reward: { log: false, y: { min: 0.1, max: 0.2 } } } },
    },
    kept: { pinnedRun: run },
  };
  await withPanel(
    run,
    async (opened, page) => {
      const plot = opened.card('Reward').locator('.chart-plot');
      assert.deepEqual(
        [await plot.getAttribute('aria-valuemin'), await plot.getAttribute('aria-valuemax')],
        ['20', '40'],
      );
      assert.ok(await page.getByRole('button', { name: 'Reset Zoom' }).isVisible());
      assert.ok(await opened.card('my/own metric').count());
      assert.equal(await page.getByLabel('Smoothing').inputValue(), '0');
    },
    { state },
  );
  await withPanel(
    finishedRun(50),
    async (opened) => {
      assert.equal(await opened.card('Reward').locator('.chart-plot').getAttribute('aria-valuemax'), '50');
    },
    { state },
  );
});
