import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { openRun, runOf, stepRecord } from './outputsRuns.ts';
import { list, outputsTests, rows, title, titled } from './outputsTests.ts';

const withPanel = outputsTests();

const scrollTo = (page: Page, top: number): Promise<unknown> =>
  page.evaluate(`document.querySelector('.list').scrollTop = ${top}`);
const scrolled = (page: Page): Promise<unknown> => page.evaluate("document.querySelector('.list').scrollTop");
const counted = (page: Page, text: string): Promise<void> => page.locator('.list-count', { hasText: text }).waitFor();

test('while a run goes on, a list that is read further down stays, and is the newest at its beginning', async () => {
  const writer = openRun(40);
  try {
    await withPanel(writer.dir, async (page) => {
      await titled(page, 'Problem 0, step 40');
      await page.getByRole('button', { name: 'Completions' }).click();
      await counted(page, 'up to step 40');
      await scrollTo(page, 2000);
      writer.writeStep(stepRecord(41));
      await page.locator('.step-bar', { hasText: 'of 41' }).waitFor();
      await page.waitForTimeout(300);
      assert.equal(await scrolled(page), 2000);
      assert.match(await page.locator('.list-count').innerText(), /up to step 40$/);
      await scrollTo(page, 0);
      await counted(page, 'up to step 41');
    });
  } finally {
    writer.close();
  }
});

test('a click counts that began before the list was read again', async () => {
  const writer = openRun(40);
  try {
    await withPanel(writer.dir, async (page) => {
      await titled(page, 'Problem 0, step 40');
      const third = await rows(page).nth(2).boundingBox();
      assert.ok(third);
      await page.mouse.move(third.x + 20, third.y + 10);
      await page.mouse.down();
      writer.writeStep(stepRecord(41));
      await page.locator('.step-bar', { hasText: 'of 41' }).waitFor();
      await page.waitForTimeout(300);
      await page.mouse.up();
      // The problem that was pressed, which the next step has not: it is at its own.
      await titled(page, 'Problem 2, step 40');
      await counted(page, 'at step 41');
    });
  } finally {
    writer.close();
  }
});

test('the last of a long list is reached by one key', async () => {
  const writer = openRun(40);
  writer.close();
  await withPanel(writer.dir, async (page) => {
    await titled(page, 'Problem 0, step 40');
    await page.getByRole('button', { name: 'Completions' }).click();
    await counted(page, 'up to step 40');
    await list(page, 'Completions').focus();
    await page.keyboard.press('End');
    await titled(page, 'Problem 0, step 0');
    await page.locator('.row[aria-selected="true"]').waitFor();
    await page.keyboard.press('ArrowUp');
    await page.locator('.card-chosen', { hasText: 'Completion 2' }).waitFor();
  });
});

test('of the first prompt too, what is cut off can be shown', async () => {
  const prompt = Array.from({ length: 12 }, (_, line) => `Line ${line} of the prompt.`).join('\n');
  await withPanel(runOf(['one'], prompt), async (page) => {
    await title(page).waitFor();
    await page.getByRole('button', { name: 'Show Whole Prompt' }).click();
    await page.getByRole('button', { name: 'Show Less' }).waitFor();
  });
});

test('no search is too long', async () => {
  await withPanel(runOf(['one two']), async (page, { session, sent }) => {
    await title(page).waitFor();
    await page.getByRole('textbox', { name: 'Search completions' }).focus();
    await page.keyboard.insertText('one '.repeat(400));
    await counted(page, '1 completion ');
    // What cannot be read is answered all the same, or its slot would wait for ever.
    session.receive({ type: 'refused', id: 77 });
    assert.deepEqual(
      sent.flatMap((message) => (message.type === 'failure' ? [message.id] : [])),
      [77],
    );
  });
});

test('what is searched for is marked in what comes later too', async () => {
  const long = `${'filler '.repeat(10_000)}needle`;
  await withPanel(runOf([long, 'a needle']), async (page) => {
    await title(page).waitFor();
    await page.getByRole('textbox', { name: 'Search completions' }).fill('needle');
    await counted(page, '2 completions');
    const marked = async (count: number): Promise<void> => {
      for (let frames = 0; frames < 200; frames++) {
        if ((await page.evaluate("CSS.highlights.get('searched').size")) === count) return;
        await page.waitForTimeout(20);
      }
      assert.fail(`not ${count} are marked`);
    };
    await marked(1);
    await page.getByRole('button', { name: /^Show all/ }).click();
    await marked(2);
  });
});
