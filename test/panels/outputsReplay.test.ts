/** Outputs shows what a step that was computed again says of its tokens. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLIPS, type Replay, type ReplayedCompletion } from '../../src/engine/protocol/replay.ts';
import { RunReader } from '../../src/engine/run/reader.ts';
import { Replays } from '../../src/extension/replays/replays.ts';
import { finishedRun } from './outputsRuns.ts';
import { cards, outputsTests, rows, titled } from './outputsTests.ts';

const withPanel = outputsTests();

/** A replay of the run's step in which token values follow from their place. */
function replayOf(runDir: string, step: number, differing = 0): Replay {
  const reader = RunReader.open(runDir);
  const records = reader.completionsOfStep(step).filter(({ purpose }) => purpose === 'rollout');
  reader.close();
  const completions = records.map(({ key, text, reward, tokenEnds, logprobs }): ReplayedCompletion => {
    const trained = key.sample !== 3;
    const each = (value: (token: number) => number): Float32Array =>
      Float32Array.from(tokenEnds, (_, token) => (trained ? value(token) : NaN));
    const pass = {
      logprobs,
      ratios: each((token) => 1 + token / 4),
      clips: each((token) => (token === 1 ? CLIPS.high : CLIPS.none)),
      kl: each(() => 0.5),
      losses: each(() => -0.1),
      shares: each((token) => token / 100),
    };
    const tokens = {
      ends: tokenEnds,
      old: logprobs,
      after: logprobs.map((value) => value + 0.25),
      passes: [pass, pass],
    };
    return { key, text, reward, advantage: 1, trained, miniBatch: 0, length: tokenEnds.length, tokens };
  });
  const first = differing > 0 ? { where: 'loss', recorded: '1', replayed: '2' } : null;
  return {
    runDir,
    step,
    plan: { from: step - 1, redone: 0, seconds: 1 },
    checks: [
      { what: 'completions', values: completions.length, differing: 0, first: null },
      { what: 'loss', values: 1, differing, first },
    ],
    notes: ['The run was made on plan9-mips, and this is another.'],
    updates: [],
    passes: 2,
    completions,
  };
}

/** Replays that are what a test says; all that was asked for is kept. */
function testReplays(answer: (runDir: string, step: number) => Replay): Replays {
  return new Replays({
    ask: ({ runDir, step }) => Promise.resolve(answer(runDir, step)),
    withProgress: (_, work) => work({ onProgress: () => {}, signal: new AbortController().signal }),
  });
}

test('its line, its values in colours, and all of them at each token', async () => {
  const runDir = finishedRun(10);
  const replays = testReplays(replayOf);
  await withPanel(
    runDir,
    async (page, { panel, sent }) => {
      await titled(page, 'Problem 0, step 10');
      const context: unknown = JSON.parse((await cards(page).first().getAttribute('data-vscode-context')) ?? '');
      assert.ok(typeof context === 'object' && context !== null && 'replayStep' in context);
      assert.equal(context.replayStep, 10);
      const colours = page.getByLabel('Colour tokens by');
      assert.equal(await colours.locator('option').count(), 4);

      await replays.replay(runDir, 10, 'Replaying step 10');
      const line = page.locator('.replay-line');
      await line.getByText('Replayed step 10: 12 completions, loss and gradient norm equal bit for bit.').waitFor();
      assert.match(await line.innerText(), /the last of 2 passes/);
      assert.doesNotMatch(await line.innerText(), /plan9/);
      assert.equal(await colours.inputValue(), 'lossShare');
      const token = cards(page).first().locator('.token').nth(1);
      await token.waitFor();
      assert.equal(
        await token.getAttribute('title'),
        '1 % of the loss; log-probability before the step −1; log-probability after the step −0.75; ' +
          'ratio in the update 1.25; clipped high; KL to the reference 0.5',
      );
      await token.click();
      await page.locator('.token-words', { hasText: 'clipped high' }).waitFor();

      await colours.selectOption('clipped');
      await page.locator('.legend', { hasText: 'no gradient' }).waitFor();
      await page.locator('.token.heat-2').first().waitFor();
      assert.equal(await cards(page).first().locator('.token[class*="heat-"]').count(), 1);
      // Where a completion had no loss term, nothing is said of it but what the policies say.
      const others = cards(page).nth(3).locator('.token').nth(1);
      assert.equal(
        await others.getAttribute('title'),
        'no value; log-probability before the step −1; log-probability after the step −0.75',
      );
      assert.deepEqual(await panel.accessibilityProblems(), []);

      await page.getByRole('button', { name: 'Clear Replay' }).click();
      await line.waitFor({ state: 'hidden' });
      await page.locator('.token').first().waitFor({ state: 'detached' });
      assert.equal(await colours.locator('option').count(), 4);
      assert.equal(sent.filter(({ type }) => type === 'failure').length, 0);
    },
    { replays },
  );
});

test('a group of another step has neither line nor values, and what differs is said with what may be why', async () => {
  const runDir = finishedRun(10);
  const replays = testReplays((dir, step) => replayOf(dir, step, 1));
  await withPanel(
    runDir,
    async (page) => {
      await titled(page, 'Problem 0, step 10');
      await replays.replay(runDir, 10, 'Replaying step 10');
      const line = page.locator('.replay-line');
      await line.getByText(/came out otherwise than recorded \(loss\).*recorded 1, now 2.*plan9/).waitFor();
      assert.equal(await page.locator('.replay-differs').count(), 1);
      await page.getByRole('button', { name: 'Earlier attempt' }).click();
      await titled(page, 'Problem 0, step 8');
      await line.waitFor({ state: 'hidden' });
      await page.locator('.token[title="no value"]').first().waitFor();
      assert.ok((await rows(page).count()) > 0);
    },
    { replays },
  );
});
