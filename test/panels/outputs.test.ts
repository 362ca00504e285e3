import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Locator } from 'playwright-core';
import type { RunWriter } from '../../src/engine/run/writer.ts';
import { parseOutputsContext } from '../../src/extension/panels/outputsContext.ts';
import { finishedRun, openRun, stepRecord } from './outputsRuns.ts';
import { cards, list, outputsTests, rows, title, titled } from './outputsTests.ts';

const withPanel = outputsTests();

async function withOpenRun(last: number, look: (writer: RunWriter) => Promise<void>): Promise<void> {
  const writer = openRun(last);
  try {
    await look(writer);
  } finally {
    writer.close();
  }
}

test('problems with what became of them, and the group of the first', async () => {
  await withPanel(finishedRun(10), async (page) => {
    await titled(page, 'Problem 0, step 10');
    assert.equal(await page.locator('.list-count').innerText(), '3 problems at step 10');
    const first = rows(page).first();
    assert.match(
      await first.innerText(),
      /^2\/4\nAda has 0 apples and buys 2\. How many\?\nfirst solved at step 2\n.*1 reward error\n1 cut off$/s,
    );
    assert.equal(
      await first.getByRole('img').getAttribute('aria-label'),
      '0 of 4 solved at step 0, 2 of 4 solved at step 10',
    );
    assert.equal(await page.locator('.group-facts').innerText(), 'First solved at step 2');
    assert.equal(
      await page.locator('.prompt').innerText(),
      'Answer with a number.\n\nAda has 0 apples and buys 2. How many?',
    );
    assert.equal(await cards(page).count(), 4);
    assert.match(
      await cards(page).first().innerText(),
      /Completion 1\s+11 tokens, ended by itself\s+Reward\s+1\s+correct\s+1\s+format\s+–\s+Advantage\s+\+0\.75\s+In step 10 Ada had 0\.\nSo the answer is 2/,
    );
    assert.match(await cards(page).nth(3).innerText(), /cut off at the token limit/);
    // An error is no 0: the reward is not there, and why is said.
    const failed = await cards(page).nth(2).innerText();
    assert.match(failed, /Reward\s+–\s+correct\s+error/);
    assert.match(failed, /correct took too long: reward\.ts:12 took longer than 2 s/);
  });
});

test('the slider drives the list and the group', async () => {
  await withPanel(finishedRun(10), async (page) => {
    await titled(page, 'Problem 0, step 10');
    const slider = page.getByRole('slider', { name: 'Step' });
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    await titled(page, 'Problem 3, step 9');
    assert.equal(await slider.getAttribute('aria-valuetext'), 'step 9');
    assert.equal(await page.getByRole('button', { name: 'Latest' }).getAttribute('aria-pressed'), 'false');
    const number = page.getByRole('textbox', { name: 'Step' });
    await number.fill('4');
    await number.press('Enter');
    await titled(page, 'Problem 0, step 4');
    await page.getByRole('button', { name: 'Step before' }).click();
    await titled(page, 'Problem 3, step 3');
    await page.getByRole('button', { name: 'Latest' }).click();
    await titled(page, 'Problem 0, step 10');
    // Other completions have steps of their own.
    await page.getByLabel('Completions', { exact: true }).first().selectOption('Held-out problems');
    await page.locator('.list-count', { hasText: '2 problems at step 10' }).waitFor();
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    await titled(page, 'Problem 0, step 5');
    await page.locator('.list-count', { hasText: '2 problems at step 5' }).waitFor();
    assert.match(await cards(page).first().innerText(), /Held out at 5: 2/);
  });
});

test('up to a step, problems stay and keep their latest group; other attempts are a click away', async () => {
  await withPanel(finishedRun(10), async (page) => {
    await titled(page, 'Problem 0, step 10');
    await page.getByLabel('Steps').selectOption('upTo');
    await page.locator('.list-count', { hasText: '6 problems up to step 10' }).waitFor();
    await rows(page).nth(5).click();
    await titled(page, 'Problem 5, step 9');
    assert.equal(await page.locator('.group-facts').innerText(), 'Never solved so far');
    await page.getByRole('button', { name: 'Earlier attempt' }).click();
    await titled(page, 'Problem 5, step 7');
    const slider = page.getByRole('slider', { name: 'Step' });
    await slider.focus();
    for (let press = 0; press < 6; press++) await page.keyboard.press('ArrowLeft');
    await titled(page, 'Problem 5, step 3');
    await page.getByLabel('Show').selectOption('unsolved');
    await page.getByLabel('Sort').first().selectOption('lowestReward');
    await page.locator('.list-count', { hasText: /problem/ }).waitFor();
  });
});

test('a run that goes on is followed, and what was chosen stays', async () => {
  await withOpenRun(4, async (writer) => {
    await withPanel(writer.dir, async (page) => {
      await titled(page, 'Problem 0, step 4');
      writer.writeStep(stepRecord(5));
      await titled(page, 'Problem 3, step 5');
      await rows(page).nth(1).click();
      await titled(page, 'Problem 4, step 5');
      writer.writeStep(stepRecord(6));
      await page.locator('.list-count', { hasText: 'at step 6' }).waitFor();
      assert.equal(await title(page).innerText(), 'Problem 4, step 5');
      writer.writeStep(stepRecord(7));
      await titled(page, 'Problem 4, step 7');
      // A resumed run goes back.
      writer.rewind(3);
      await page.locator('.list-count', { hasText: 'at step 3' }).waitFor();
      await titled(page, 'Problem 4, step 3');
    });
  });
});

test('completions are searched, filtered and sorted, and read where they are', async () => {
  await withPanel(finishedRun(10), async (page) => {
    await titled(page, 'Problem 0, step 10');
    await page.getByRole('textbox', { name: 'Search completions' }).fill('"step 7" unsure');
    await page.locator('.list-count', { hasText: /^6 completions up to step 10$/ }).waitFor();
    assert.deepEqual(await rows(page).first().locator('mark').allInnerTexts(), ['step 7', 'unsure']);
    await rows(page).nth(1).click();
    await titled(page, 'Problem 5, step 7');
    assert.match(await page.locator('.card-chosen').innerText(), /Completion 3/);
    // Four texts, each with the phrase and the word.
    assert.equal(await page.evaluate("CSS.highlights.get('searched').size"), 8);
    assert.equal(await page.getByRole('slider', { name: 'Step' }).getAttribute('aria-valuetext'), 'step 10');
    // Without words the problems are back.
    await page.getByRole('textbox', { name: 'Search completions' }).fill('');
    await list(page, 'Problems').waitFor();

    await page.getByRole('button', { name: 'Completions' }).click();
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByRole('checkbox', { name: 'With reward errors' }).click();
    await page.locator('.list-count', { hasText: '9 completions' }).waitFor();
    await page.getByLabel('How it ended').selectOption('length');
    await page.locator('.list-count', { hasText: '0 completions' }).waitFor();
    await page.getByRole('checkbox', { name: 'With reward errors' }).click();
    await page.getByRole('textbox', { name: 'Reward, from' }).fill('0.5');
    await page.locator('.list-count', { hasText: '0 completions' }).waitFor();
    await page.getByLabel('How it ended').selectOption('any');
    await page.locator('.list-count', { hasText: /^[1-9]\d completions/ }).waitFor();
    assert.ok((await page.locator('.reward-value').allInnerTexts()).every((reward) => reward === '1'));
    await page.getByRole('button', { name: 'Filter (1)' }).waitFor();
  });
});

test('tokens are coloured by a value, which the mouse and the keyboard tell', async () => {
  await withPanel(finishedRun(10), async (page) => {
    await titled(page, 'Problem 0, step 10');
    await page.getByLabel('Colour tokens by').selectOption('logprob');
    const text = page.locator('.completion-text').first();
    const tokens = text.locator('.token');
    await tokens.first().waitFor();
    assert.deepEqual((await tokens.allTextContents()).slice(0, 3), ['In', ' step', ' 10']);
    assert.equal(await tokens.nth(1).getAttribute('title'), 'log-probability −1, probability 37 %');
    assert.match((await tokens.nth(4).getAttribute('class')) ?? '', /heat-6/);
    assert.equal(await page.locator('.legend-step').count(), 7);
    await text.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    assert.equal(
      await page.locator('.token-words').innerText(),
      'Token 2, “ step”: log-probability −1, probability 37 %',
    );
    await page.getByLabel('Colour tokens by').selectOption('ratio');
    await page.locator('.legend', { hasText: 'Every ratio is 1' }).waitFor();
    await page.getByLabel('Colour tokens by').selectOption('none');
    await page.locator('.token').first().waitFor({ state: 'detached' });
  });
});

test('the context menu is told what was clicked', async () => {
  await withPanel(finishedRun(10), async (page) => {
    await titled(page, 'Problem 0, step 10');
    const contextOf = async (place: Locator): Promise<unknown> =>
      JSON.parse((await place.getAttribute('data-vscode-context')) ?? 'null');
    const scope = { purpose: 'rollout', split: 'train' } as const;
    const card = await contextOf(cards(page).nth(1));
    assert.deepEqual(parseOutputsContext(card), {
      scope,
      problem: 0,
      key: { step: 10, problem: 0, occurrence: 0, round: 0, sample: 1 },
      replayStep: 10,
      reward: 'correct',
    });
    assert.deepEqual(parseOutputsContext(await contextOf(page.locator('.group-head'))), {
      scope,
      problem: 0,
      replayStep: 10,
    });
    assert.deepEqual(parseOutputsContext(await contextOf(rows(page).nth(1).locator('.row-content'))), {
      scope,
      problem: 1,
      replayStep: 10,
    });
    assert.equal(parseOutputsContext({ webviewId: 'rlvr.outputs' }), null);
  });
});

test('it leads to the dataset and to the reward function', async () => {
  await withPanel(finishedRun(10), async (page, { opened }) => {
    await titled(page, 'Problem 0, step 10');
    await page.getByRole('button', { name: 'Open dataset row' }).click();
    await page.getByRole('button', { name: 'Open reward function' }).click();
    await page.getByRole('button', { name: 'Step before' }).click();
    await titled(page, 'Problem 3, step 9');
    assert.deepEqual(opened, ['row 0 of train', 'reward correct']);
  });
});

test('a problem that was asked for from outside is shown', async () => {
  await withPanel(finishedRun(10), async (page, { session }) => {
    await titled(page, 'Problem 0, step 10');
    session.reveal({ scope: { purpose: 'evaluation', split: 'validation' }, problem: 1, step: 5 });
    await titled(page, 'Problem 1, step 5');
    await page.locator('.list-count', { hasText: '2 problems at step 5' }).waitFor();
  });
});

test('the view is kept with the tab', async () => {
  const dir = finishedRun(10);
  let state: unknown;
  await withPanel(dir, async (page, { panel }) => {
    await titled(page, 'Problem 0, step 10');
    await page.getByRole('button', { name: 'Step before' }).click();
    await titled(page, 'Problem 3, step 9');
    await rows(page).nth(2).click();
    await titled(page, 'Problem 5, step 9');
    await page.getByLabel('Colour tokens by').selectOption('entropy');
    state = await panel.keptState();
  });
  await withPanel(
    dir,
    async (page) => {
      await titled(page, 'Problem 5, step 9');
      await page.locator('.token').first().waitFor();
      assert.equal(await page.getByRole('slider', { name: 'Step' }).getAttribute('aria-valuetext'), 'step 9');
    },
    { state },
  );
});

test('without a run, before its first step and where it cannot be read, it says so', async () => {
  await withPanel(null, async (page) => {
    await page.getByText('No run is selected.').waitFor();
  });
  await withOpenRun(-1, async (writer) => {
    await withPanel(writer.dir, async (page) => {
      await page.getByText('The first step has not ended yet.').waitFor();
      writer.writeStep(stepRecord(0));
      await titled(page, 'Problem 0, step 0');
    });
  });
  await withPanel(path.join(path.sep, 'no', 'such', 'run'), async (page) => {
    await page.locator('.notice-failed', { hasText: 'is not a run folder' }).waitFor();
  });
});

test('its script is small', () => {
  const bundles = path.join(import.meta.dirname, '../../dist/webview');
  assert.ok(statSync(path.join(bundles, 'outputs.js')).size < 100_000);
});
