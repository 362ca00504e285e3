/** Outputs of a run of several tasks: which a problem is of, and a list of one alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finishedRun, runOfTasks } from './outputsRuns.ts';
import { outputsTests, rows, titled } from './outputsTests.ts';

const withPanel = outputsTests();

test('a problem is a row of its task, and solved by what the task says', async () => {
  await withPanel(runOfTasks(), async (page) => {
    await titled(page, 'Problem 0 of sums, step 1');
    assert.deepEqual(
      (await rows(page).allInnerTexts()).map((text) =>
        text
          .split('\n')
          .filter((_, line) => line !== 1)
          .slice(0, 2),
      ),
      [
        ['1/1', 'sums'],
        ['0/1', 'sums'],
        ['1/1', 'words'],
      ],
    );
    await rows(page).nth(2).click();
    await titled(page, 'Problem 0 of words, step 1');
    await page.getByRole('button', { name: 'Completions' }).click();
    await rows(page).first().getByText('problem 0', { exact: true }).waitFor();
    assert.match(await rows(page).first().innerText(), /\nproblem 0\nwords\n/);
  });
});

test('one task alone is listed, chosen by the keyboard', async () => {
  await withPanel(runOfTasks(), async (page, { panel }) => {
    await titled(page, 'Problem 0 of sums, step 1');
    const tasks = page.getByLabel('Task', { exact: true });
    await tasks.focus();
    await page.keyboard.press('w');
    await page.locator('.list-count', { hasText: '1 problem at step 1' }).waitFor();
    await titled(page, 'Problem 0 of words, step 1');
    await page.getByRole('button', { name: 'Completions' }).click();
    await page.locator('.list-count', { hasText: '1 completion' }).waitFor();
    await tasks.selectOption('All tasks');
    await page.locator('.list-count', { hasText: '3 completions' }).waitFor();
    assert.deepEqual(await panel.accessibilityProblems(), []);
  });
});

test('of one dataset there is nothing to choose', async () => {
  await withPanel(finishedRun(2), async (page) => {
    await titled(page, 'Problem 0, step 2');
    assert.equal(await page.getByLabel('Task', { exact: true }).count(), 1);
    assert.equal(await page.getByLabel('Task', { exact: true }).isVisible(), false);
  });
});
