import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finishedRun } from './outputsRuns.ts';
import { outputsTests, rows, titled } from './outputsTests.ts';

const withPanel = outputsTests();
const run = finishedRun(12);
const selection = {
  scope: { purpose: 'rollout', split: 'train' },
  title: '3 groups: all <b>right</b>',
  groups: [
    { problem: 0, step: 12 },
    { problem: 4, step: 11 },
    { problem: 0, step: 10 },
  ],
} as const;

test('groups that are shown from outside are listed alone, each at its step, until all are wanted', async () => {
  await withPanel(run, async (page, { session, panel }) => {
    await titled(page, 'Problem 0, step 12');
    session.select({ ...selection, groups: [...selection.groups] });
    await page.getByText('3 groups: all <b>right</b>').waitFor();
    await page.locator('.list-count', { hasText: '3 groups' }).waitFor();
    assert.deepEqual(await rows(page).locator('.row-step').allInnerTexts(), ['step 12', 'step 10', 'step 11']);
    assert.equal(await page.getByLabel('Show', { exact: true }).isVisible(), false);
    await rows(page).nth(1).click();
    await titled(page, 'Problem 0, step 10');
    assert.equal(await page.locator('.row[aria-selected="true"]').count(), 1, 'and not that of the same problem');
    await rows(page).nth(2).click();
    await titled(page, 'Problem 4, step 11');
    assert.deepEqual(await panel.accessibilityProblems(), []);
    await page.getByRole('button', { name: 'Show All' }).click();
    await page.locator('.list-count', { hasText: 'at step 12' }).waitFor();
    assert.equal(await page.locator('.among').isVisible(), false);
  });
});

test('another step is of all problems again', async () => {
  await withPanel(run, async (page, { session }) => {
    await titled(page, 'Problem 0, step 12');
    session.select({ ...selection, groups: [...selection.groups] });
    await page.locator('.list-count', { hasText: '3 groups' }).waitFor();
    await page.getByRole('slider').focus();
    await page.keyboard.press('ArrowLeft');
    await page.locator('.list-count', { hasText: 'at step 11' }).waitFor();
  });
});
