import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finishedRun } from './outputsRuns.ts';
import { cards, list, outputsTests, rows, titled } from './outputsTests.ts';
import { PANEL_THEMES } from './themes.ts';

const withPanel = outputsTests();

/** Of the control that has the focus; a text, since the types of the tests know no document. */
const NAME_OF_FOCUS =
  '(document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "").trim()';

test('everything is reached by the keyboard', async () => {
  await withPanel(finishedRun(10), async (page) => {
    await titled(page, 'Problem 0, step 10');
    await list(page, 'Problems').focus();
    await page.keyboard.press('ArrowDown');
    await titled(page, 'Problem 1, step 10');
    await page.keyboard.press('End');
    await titled(page, 'Problem 2, step 10');
    const active = await list(page, 'Problems').getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`#${active ?? 'none'}`).getAttribute('aria-selected'), 'true');
    await page.keyboard.press('Home');
    await titled(page, 'Problem 0, step 10');
    const stops: string[] = [];
    await page.locator('body').focus();
    for (let press = 0; press < 30; press++) {
      await page.keyboard.press('Tab');
      stops.push(await page.evaluate<string>(NAME_OF_FOCUS));
    }
    for (const stop of ['Latest', 'Problems', 'Score Again', 'Open dataset row', 'Open reward function'])
      assert.ok(stops.includes(stop), `${stop} in ${stops.join(', ')}`);
  });
});

test('axe finds nothing, in any theme', async () => {
  for (const theme of PANEL_THEMES) {
    await withPanel(
      finishedRun(10),
      async (page, { panel }) => {
        await titled(page, 'Problem 0, step 10');
        assert.deepEqual(await panel.accessibilityProblems(), [], theme);
        await page.getByLabel('Colour tokens by').selectOption('logprob');
        await page.getByRole('textbox', { name: 'Search completions' }).fill('answer');
        await page.getByRole('button', { name: 'Filter' }).click();
        await page.locator('mark').first().waitFor();
        await page.locator('.token').first().waitFor();
        await list(page, 'Completions').focus();
        await page.keyboard.press('ArrowDown');
        assert.deepEqual(await panel.accessibilityProblems(), [], theme);
      },
      { theme },
    );
  }
});

test('in a column of 400 pixels the list and what is read take turns', async () => {
  await withPanel(
    finishedRun(10),
    async (page, { panel }) => {
      await page.locator('.list-count', { hasText: '3 problems' }).waitFor();
      const overflow = (): Promise<number> =>
        page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
      assert.equal(await overflow(), 0);
      assert.ok(!(await cards(page).first().isVisible()));
      await list(page, 'Problems').focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await titled(page, 'Problem 1, step 10');
      assert.ok(await cards(page).first().isVisible());
      assert.equal(await overflow(), 0);
      assert.deepEqual(await panel.accessibilityProblems(), []);
      await page.getByRole('button', { name: 'List' }).press('Enter');
      assert.ok(!(await cards(page).first().isVisible()));
      await page.keyboard.press('ArrowDown');
      assert.equal(await rows(page).nth(2).getAttribute('aria-selected'), 'true');
    },
    { width: 400, height: 700 },
  );
});
