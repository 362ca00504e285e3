import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { finishedRun } from './outputsRuns.ts';
import { cards, list, outputsTests, rows, titled } from './outputsTests.ts';
import { COMPARISON, planFor, scoresOf } from './rewardDiffScores.ts';
import { TestRescorer } from './outputsPanel.ts';
import { PANEL_THEMES } from './themes.ts';

const withPanel = outputsTests();

const bar = (page: Page): Locator => page.getByRole('region', { name: 'Comparison of rewards' });
const counted = (page: Page, text: string): Promise<void> => page.locator('.list-count', { hasText: text }).waitFor();

test('what another version of the reward changes is said, listed, and read with both scores', async () => {
  const runDir = finishedRun(10);
  const sources: string[] = [];
  const showSource = (): Promise<void> => Promise.resolve(void sources.push('shown'));
  await withPanel(runDir, async (page, { diffs }) => {
    await titled(page, 'Problem 0, step 10');
    const round = diffs.begin(planFor(runDir, { showSource }));
    await bar(page).getByText('Comparing the scores').waitFor();
    await round.done(COMPARISON);
    await bar(page).getByText('7 of 16 scores change').waitFor();
    // What is read is shown at once with both, and the list is as it was.
    await counted(page, '3 problems at step 10');
    await page.locator('.rescoring-status', { hasText: '4 scores change of 4.' }).waitFor();

    await bar(page).getByRole('button', { name: '3 advantage signs flip' }).click();
    await counted(page, '1 group');
    assert.match(await rows(page).first().innerText(), /0\.667 → 0\.5[^]*4 of 4 changed[^]*3 signs flip[^]*step 10/);
    await titled(page, 'Problem 0, step 10');
    const chosen = page.locator('.card-chosen');
    assert.match(await chosen.innerText(), /Completion 1[^]*changed, sign flips/);
    assert.deepEqual(await chosen.locator('.verdict-sum :is(del, ins)').allInnerTexts(), ['1', '0']);
    assert.match((await chosen.locator('.verdict-flipped :is(del, ins)').allInnerTexts()).join(' '), /^\+.* −/);

    await page.getByLabel('Show', { exact: true }).selectOption('revived');
    await titled(page, 'Problem 0, step 4');
    assert.match(await rows(page).first().innerText(), /comes alive/);
    await bar(page).getByRole('button', { name: '1 group dies' }).click();
    await titled(page, 'Problem 1, step 10');
    await bar(page).getByRole('button', { name: 'Show Source Diff' }).click();

    await bar(page).getByRole('button', { name: 'Clear the comparison of rewards' }).click();
    await bar(page).waitFor({ state: 'detached' });
    await counted(page, '3 problems at step 10');
    await page.locator('.card-changed').first().waitFor({ state: 'detached' });
    assert.equal(await page.getByLabel('Show', { exact: true }).locator('option').count(), 6);
    assert.deepEqual(sources, ['shown']);
  });
});

test('a comparison that was asked for is listed as soon as the panel is there, by keyboard and in a narrow column too', async () => {
  const runDir = finishedRun(10);
  await withPanel(
    runDir,
    async (page, { diffs, panel }) => {
      await page.locator('.list-count', { hasText: '3 problems' }).waitFor();
      await diffs.begin(planFor(runDir, { list: true })).done(COMPARISON);
      await counted(page, '3 groups');
      const overflow = (): Promise<number> =>
        page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
      assert.equal(await overflow(), 0);
      assert.deepEqual(await panel.accessibilityProblems(), []);
      await list(page, 'Problems').focus();
      await page.keyboard.press('End');
      await page.keyboard.press('Enter');
      await titled(page, 'Problem 0, step 4');
      assert.ok(await cards(page).first().isVisible());
      assert.ok(!(await bar(page).isVisible()));
      assert.equal(await overflow(), 0);
    },
    { width: 400, height: 700 },
  );
});

test('what was compared while nobody looked is listed when somebody does, and once', async () => {
  const runDir = finishedRun(10);
  await withPanel(runDir, async (page, { diffs, session, sent }) => {
    await titled(page, 'Problem 0, step 10');
    session.hide();
    await diffs.begin(planFor(runDir, { list: true })).done(COMPARISON);
    session.show();
    await counted(page, '3 groups');
    await page.getByLabel('Show', { exact: true }).selectOption('all');
    await counted(page, '3 problems at step 10');
    session.hide();
    session.show();
    await bar(page).getByText('7 of 16 scores change').waitFor();
    assert.equal(sent.filter((message) => message.type === 'rewardDiff' && message.list).length, 1);
  });
});

test('groups that were not compared are scored with the new version, until a reward is edited again', async () => {
  const runDir = finishedRun(10);
  const rescorer = new TestRescorer(() => scoresOf([[0, 0, 0, 0]]));
  const version = { rewards: [], baseDir: '/elsewhere' };
  await withPanel(
    runDir,
    async (page, { diffs }) => {
      await titled(page, 'Problem 0, step 10');
      await diffs.begin(planFor(runDir, { version })).done(COMPARISON);
      await page.locator('.rescoring-status', { hasText: 'Between the versions compared' }).waitFor();
      await page.getByRole('button', { name: 'Step before' }).click();
      await titled(page, 'Problem 3, step 9');
      await page.locator('.rescoring-status', { hasText: 'of 4.' }).waitFor();
      assert.deepEqual(
        rescorer.asked.map(({ baseDir }) => baseDir),
        ['/elsewhere'],
      );
      await page.getByRole('button', { name: 'Step after' }).click();
      await titled(page, 'Problem 0, step 10');
      await page.locator('.rescoring-status', { hasText: 'Between the versions compared' }).waitFor();
      rescorer.save('/project/reward.ts');
      await page.locator('.rescoring-status', { hasText: 'With the reward files as they are now' }).waitFor();
      assert.equal(rescorer.asked.at(-1)?.baseDir, '/project');
    },
    { rescorer },
  );
});

test('after a reload the bar says what to do, and a sample says of how many it is', async () => {
  const runDir = finishedRun(10);
  const kept = { runDir, title: 'reward.ts, before and after saving', origin: { kind: 'save', texts: [] } };
  await withPanel(
    runDir,
    async (page, { diffs, opened }) => {
      await titled(page, 'Problem 0, step 10');
      await bar(page).getByText('Compared before the window was reloaded.').waitFor();
      await bar(page).getByRole('button', { name: 'Compare Again' }).click();
      await diffs.begin(planFor(runDir)).done(COMPARISON);
      await bar(page)
        .getByText(/^of 16 of \d+ completions$/)
        .waitFor();
      await bar(page).getByRole('button', { name: 'More of this comparison' }).click();
      await page.getByRole('menuitem', { name: 'Pin Disagreements as Cases…' }).click();
      await page.getByRole('menu').waitFor({ state: 'detached' });
      diffs.clear(runDir);
      await bar(page).waitFor({ state: 'detached' });
      assert.deepEqual(opened, ['comparison again', 'cases']);
    },
    { memory: { comparisons: [kept] } },
  );
});

test('a comparison that fails says why, and one that was overtaken says nothing', async () => {
  const runDir = finishedRun(10);
  await withPanel(runDir, async (page, { diffs }) => {
    await titled(page, 'Problem 0, step 10');
    const overtaken = diffs.begin(planFor(runDir));
    diffs.begin(planFor(runDir)).fail('reward.ts has an error in line 3.');
    assert.equal(await overtaken.done(COMPARISON), null);
    await bar(page).getByText('error in line 3').waitFor();
    assert.equal(await bar(page).getByRole('button', { name: 'Show Source Diff' }).count(), 0);
    await assert.rejects(
      diffs.begin(planFor(runDir)).done({ ...COMPARISON, after: { ...COMPARISON.after, scores: scoresOf([[1]]) } }),
      UserError,
    );
  });
});

test('axe finds nothing in a comparison, in any theme', async () => {
  const runDir = finishedRun(10);
  for (const theme of PANEL_THEMES) {
    await withPanel(
      runDir,
      async (page, { diffs, panel }) => {
        await titled(page, 'Problem 0, step 10');
        await diffs.begin(planFor(runDir, { list: true })).done(COMPARISON);
        await counted(page, '3 groups');
        await page.locator('.card-changed').first().waitFor();
        assert.deepEqual(await panel.accessibilityProblems(), [], theme);
      },
      { theme },
    );
  }
});
