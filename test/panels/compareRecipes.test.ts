/** The settings of several runs in the compare panel: a picture and a table that follow each other. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../workbench/browser.ts';
import { firstSolved, writeComparedRun } from '../support/comparedRuns.ts';
import { temporaryFolder } from '../run/samples.ts';
import { ComparePanelInBrowser } from './comparePanel.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

const RATES = [1e-4, 1e-3, 1e-2];
const SIZES = [4, 8];

/** A sweep of three learning rates by two group sizes, of which the second is the experiment as it stands. */
function writeSweep(seeds: number): string[] {
  const folder = path.join(temporaryFolder(), '.rlvr', 'runs');
  const recipes = RATES.flatMap((learningRate) => SIZES.map((groupSize) => ({ learningRate, groupSize })));
  return recipes.flatMap(({ learningRate, groupSize }, recipe) =>
    Array.from({ length: seeds }, (_, seed) => {
      const member = recipe * seeds + seed;
      const assigned = { 'optimizer.learningRate': learningRate, 'rollout.groupSize': groupSize };
      const sweep = { id: 'one', name: 'rates', member, members: 6 * seeds, baseline: seeds, assigned };
      const minute = String(member).padStart(2, '0');
      return writeComparedRun(folder, {
        id: `20260101-12${minute}00-aaaa`,
        evaluations: { 0: firstSolved(10, 100), 20: firstSolved(40 + 5 * recipe + seed, 100) },
        experiment: { seed, optimizer: { learningRate }, rollout: { groupSize } },
        manifest: { createdAt: `2026-01-01T12:${minute}:00.000Z`, sweep },
      });
    }),
  );
}

type Open = Parameters<typeof ComparePanelInBrowser.open>;

async function withPanel(
  runs: readonly string[],
  look: (opened: ComparePanelInBrowser) => Promise<void>,
  options: Open[2] = {},
): Promise<void> {
  const opened = await ComparePanelInBrowser.open(browser, { runs, all: runs, baseline: null }, options);
  try {
    const { page } = opened.panel;
    await page.locator('table.runs tbody tr').first().waitFor();
    await page.locator('.verdicts', { hasNotText: 'working it out' }).waitFor();
    await look(opened);
    assert.deepEqual(opened.panel.violations, []);
  } finally {
    await opened.close();
  }
}

test('a table of settings, the most accurate first, against what the sweep is compared with', async () => {
  await withPanel(writeSweep(1), async ({ panel: { page } }) => {
    const rows = page.locator('table.recipes tbody tr');
    await rows.nth(5).waitFor();
    const cells = (row: number): Promise<string[]> => rows.nth(row).locator('th, td').allInnerTexts();
    const first = await cells(0);
    assert.deepEqual(first.slice(0, 4), ['1', '8', '0.01', '1']);
    assert.match(
      first.slice(4).join('|'),
      /^65\.0 % \(55\.3 to 73\.6\)\|these runs: better by 20\.0 points \[.*\|2,000\|10 s\|$/,
    );
    assert.deepEqual((await cells(4)).slice(1, 6), ['8', '1e-4', '1', '45.0 % (35.6 to 54.8)', 'baseline']);
    const notes = page.locator('section', { has: page.locator('table.recipes') }).locator('.notes');
    assert.match(await notes.innerText(), /5 comparisons with the baseline.*these runs.*The best of 6 is optimistic/s);
    assert.equal(await page.getByLabel(/^Compare with B/).isChecked(), true, 'the runs are compared with the same');
    const titles = '[...document.querySelectorAll(".parallel-title")].map((title) => title.lastChild.data)';
    assert.deepEqual(await page.evaluate(titles), ['groupSize', 'learningRate', 'Accuracy']);
  });
});

test('what the pointer is on, in the table or in the picture, is brought out in both', async () => {
  await withPanel(writeSweep(1), async ({ panel: { page } }) => {
    const rows = page.locator('table.recipes tbody tr');
    await rows.nth(5).waitFor();
    const row =
      '[...document.querySelectorAll("table.recipes tbody tr")].findIndex((row) => row.classList.contains("highlighted"))';
    const brought = async (): Promise<readonly unknown[]> => [
      await page.evaluate(row),
      await page.locator('.recipe-line.highlighted').count(),
    ];
    assert.deepEqual(await brought(), [-1, 0]);
    await rows.nth(2).hover();
    assert.deepEqual(await brought(), [2, 1]);
    await page.mouse.move(0, 0);
    assert.deepEqual(await brought(), [-1, 0]);
    await page.locator('.recipe-line .reach').first().dispatchEvent('pointerenter');
    assert.deepEqual(await brought(), [0, 1]);
    await page.locator('.recipe-line.highlighted .reach').dispatchEvent('click');
    await page.locator('.parallel').dispatchEvent('pointerleave');
    assert.deepEqual(await brought(), [0, 1], 'it was picked');
  });
});

test('by keyboard: focus brings out, Enter keeps it and lets it go', async () => {
  await withPanel(writeSweep(1), async ({ panel: { page } }) => {
    const rows = page.locator('table.recipes tbody tr');
    await rows.nth(5).waitFor();
    const mark = page.getByRole('button', { name: '2: rollout.groupSize 4, optimizer.learningRate 0.01' });
    await mark.focus();
    assert.match((await rows.nth(1).getAttribute('class')) ?? '', /highlighted/);
    await page.keyboard.press('Enter');
    assert.equal(await mark.getAttribute('aria-pressed'), 'true');
    await page.keyboard.press('Tab');
    assert.match((await rows.nth(2).getAttribute('class')) ?? '', /highlighted/);
    await mark.focus();
    await page.keyboard.press('Enter');
    assert.equal(await mark.getAttribute('aria-pressed'), 'false');
  });
});

test('of a sweep with more runs than can be told apart the table has all, and a row its runs below', async () => {
  const runs = writeSweep(3);
  await withPanel(runs, async ({ panel: { page }, session }) => {
    const rows = page.locator('table.recipes tbody tr');
    await rows.nth(5).waitFor();
    assert.equal(session.compared.runs.length, 10);
    assert.match(await rows.nth(0).innerText(), /3\s+66\.0 % \(.*better by 20\.0 points/s);
    await rows.nth(0).getByRole('button', { name: 'Compare the runs of 1 with the baseline' }).click();
    await page.locator('table.runs tbody tr').nth(6).waitFor({ state: 'detached' });
    assert.deepEqual(session.compared.runs, [...runs.slice(3, 6), ...runs.slice(15)]);
    assert.equal(session.compared.all?.length, 18);
    assert.equal(await rows.count(), 6);
    await page
      .locator('.verdicts', { hasText: 'The recipe of D, E, F against that of A, B, C, over 3 and 3 seeds' })
      .waitFor();
  });
});

test('two settings are read as runs', async () => {
  await withPanel(writeSweep(1).slice(0, 2), async ({ panel: { page } }) => {
    assert.equal(await page.locator('table.recipes').isVisible(), false);
  });
});

test('values of an experiment are text', async () => {
  const evil = '<img src=x onerror=alert(1)>';
  const folder = path.join(temporaryFolder(), '.rlvr', 'runs');
  const runs = [evil, 'b', 'c'].map((system, index) =>
    writeComparedRun(folder, {
      id: `20260101-12000${index}-aaaa`,
      evaluations: { 20: firstSolved(50 + index, 100) },
      experiment: { dataset: { source: 'train.jsonl', validation: 'heldout.jsonl', system } },
    }),
  );
  await withPanel(runs, async ({ panel: { page } }) => {
    await page.locator('table.recipes tbody tr').nth(2).waitFor();
    assert.equal(await page.locator('img').count(), 0);
    assert.match(await page.locator('table.recipes').innerText(), /<img src=x/);
    assert.match(await page.locator('.parallel').innerHTML(), /&lt;img/);
  });
});

for (const theme of ['dark', 'light', 'highContrast', 'highContrastLight'] as const)
  test(`axe finds nothing in ${theme}, and a narrow column does not scroll sideways`, async () => {
    await withPanel(
      writeSweep(2),
      async ({ panel }) => {
        const { page } = panel;
        await page.locator('table.recipes tbody tr').nth(5).waitFor();
        await page.locator('.mark').first().click();
        assert.deepEqual(await panel.accessibilityProblems(), []);
        assert.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= 400);
        if (process.env['RLVR_PICTURES'] !== undefined)
          await page.screenshot({ path: path.join(process.env['RLVR_PICTURES'], `recipes-${theme}.png`) });
      },
      { theme, width: 400 },
    );
  });
