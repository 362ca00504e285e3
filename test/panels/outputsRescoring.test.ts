import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../src/engine/protocol/errors.ts';
import { TestRescorer } from './outputsPanel.ts';
import { finishedRun } from './outputsRuns.ts';
import { cards, outputsTests, rows, titled } from './outputsTests.ts';

const withPanel = outputsTests();

test('when the reward file is saved, new scores stand beside the old', async () => {
  const rescorer = new TestRescorer(({ of }) => ({
    rewards: ['correct', 'format'],
    samples: [4],
    combined: Float64Array.of(1, 1, 0.5, NaN),
    byReward: [Float64Array.of(1, 1, 0.5, NaN), new Float64Array(4).fill(NaN)],
    errors:
      of.kind === 'stored' && of.groups[0]?.step === 10
        ? [{ reward: 'correct', completion: 3, kind: 'threw', message: 'ReferenceError: x' }]
        : [],
    trace: null,
  }));
  await withPanel(
    finishedRun(10),
    async (page) => {
      await titled(page, 'Problem 0, step 10');
      rescorer.save('/project/notes.md');
      rescorer.save('/elsewhere/reward.ts');
      rescorer.save('/project/reward.ts');
      await page.locator('.rescoring-status', { hasText: '2 scores change of 4.' }).waitFor();
      assert.deepEqual(
        rescorer.asked.map(({ of }) => of.kind === 'stored' && of.groups),
        [[{ purpose: 'rollout', split: 'train', problem: 0, step: 10 }]],
      );
      assert.equal(await page.locator('.card-changed').count(), 2);
      assert.deepEqual(await cards(page).nth(2).locator('.verdict-sum :is(del, ins)').allInnerTexts(), ['–', '0.5']);
      assert.match(await cards(page).nth(3).innerText(), /correct fails now: ReferenceError: x/);
      // What is read next is scored too, until it is no longer wanted.
      await rows(page).nth(1).click();
      await titled(page, 'Problem 1, step 10');
      await page.locator('.rescoring-status', { hasText: /scores? changes? of 4/ }).waitFor();
      await page.getByRole('button', { name: 'Score Again' }).click();
      await page.locator('.card-changed').first().waitFor({ state: 'detached' });
    },
    { rescorer },
  );
});

test('a failure to score is said, and where code may not run scoring is not offered', async () => {
  const failing = new TestRescorer(() => {
    throw new UserError('The reward file has an error in line 3.');
  });
  await withPanel(
    finishedRun(10),
    async (page) => {
      await titled(page, 'Problem 0, step 10');
      await page.getByRole('button', { name: 'Score Again' }).click();
      await page.locator('.rescoring-failed', { hasText: 'error in line 3' }).waitFor();
    },
    { rescorer: failing },
  );
  const untrusted = new TestRescorer(() => assert.fail('reward code may not run'));
  untrusted.mayRunCode = false;
  await withPanel(
    finishedRun(10),
    async (page, { panel, session }) => {
      await titled(page, 'Problem 0, step 10');
      assert.equal(await page.getByRole('button', { name: 'Score Again' }).count(), 0);
      // Not by any path.
      untrusted.save('/project/reward.ts');
      session.receive({ type: 'rescore', on: true });
      await page.getByRole('button', { name: 'Step before' }).click();
      await titled(page, 'Problem 3, step 9');
      assert.deepEqual(untrusted.asked, []);
      assert.ok(panel.said.length > 0);
    },
    { rescorer: untrusted },
  );
});
