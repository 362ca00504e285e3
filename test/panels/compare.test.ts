import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { RunWriter } from '../../src/engine/run/writer.ts';
import { launchBrowser } from '../workbench/browser.ts';
import { comparedStep, firstSolved, writeComparedRun, type ComparedRunOptions } from '../support/comparedRuns.ts';
import { temporaryFolder } from '../run/samples.ts';
import { ComparePanelInBrowser } from './comparePanel.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

const HALF = { 0: firstSolved(10, 100), 10: firstSolved(60, 100), 20: firstSolved(50, 100) };
const MORE = { 0: firstSolved(10, 100), 10: firstSolved(40, 100), 20: firstSolved(70, 100) };

function runs(...options: readonly Omit<ComparedRunOptions, 'id'>[]): string[] {
  const folder = path.join(temporaryFolder(), '.rlvr', 'runs');
  return options.map((option, index) => {
    const minute = String(index).padStart(2, '0');
    const manifest = { createdAt: `2026-01-01T12:${minute}:00.000Z`, ...option.manifest };
    return writeComparedRun(folder, { ...option, manifest, id: `20260101-12${minute}00-aaaa` });
  });
}

/** Three runs: a higher learning rate, and other reward code. */
const three = (): string[] =>
  runs(
    { evaluations: HALF },
    { evaluations: MORE, experiment: { optimizer: { learningRate: 5e-4 } } },
    { evaluations: HALF, manifest: { rewardHashes: { correct: 'other' } } },
  );

type Open = Parameters<typeof ComparePanelInBrowser.open>;

async function withPanel(
  compared: readonly string[],
  look: (opened: ComparePanelInBrowser) => Promise<void>,
  options: Open[2] = {},
  picked: readonly string[] = [],
): Promise<void> {
  const opened = await ComparePanelInBrowser.open(browser, { runs: compared, baseline: null }, options, picked);
  try {
    if (compared.length > 1) await opened.settled();
    await look(opened);
    assert.deepEqual(opened.panel.violations, []);
  } finally {
    await opened.close();
  }
}

test('runs, verdicts in words, and only the parameters that differ', async () => {
  await withPanel(three(), async ({ panel: { page } }) => {
    const cells = await page.locator('table.runs tbody tr').nth(1).locator('th, td').allInnerTexts();
    assert.match(
      cells.join('|'),
      /B.*sample, seed 1\|70\.0 % \(60\.4 to 78\.1\)\|better by 20\.0 points \[11\.6, 27\.6\]\|70\.0 % at 20\|20\/20/s,
    );
    const verdicts = await page.locator('.verdicts > li').allInnerTexts();
    assert.match(verdicts[0] ?? '', /^B against A, these two runs, on 100 problems: better by 20\.0 points \[/);
    assert.match(verdicts[1] ?? '', /C: Not the same measure/);
    const parameters = await page.locator('table.parameters tbody tr').allInnerTexts();
    assert.deepEqual(
      parameters.map((row) => row.split(/\s+/)),
      [['optimizer.learningRate', '1e-5', '5e-4', '1e-5']],
    );
    await page.getByLabel('Measured by').selectOption('best');
    assert.match(await page.locator('.verdicts > li').first().innerText(), /10\.0 points.*Chosen after the fact/s);
    await page.getByLabel('Measured by').selectOption('test');
    const untested = await page.locator('.verdicts > li').first().innerText();
    assert.match(untested, /A and B were not both measured on a test split\.$/);
  });
});

test('reward of other reward code is on an axis of its own until the person says otherwise', async () => {
  await withPanel(three(), async ({ panel }) => {
    const { page } = panel;
    const card = page.locator('.curve-card').nth(1);
    assert.equal(await card.locator('.chart-plot').count(), 2);
    assert.match(await card.innerText(), /Scored by different reward code \(A, B and C\), so not on one axis\./);
    assert.equal(await page.locator('.curve-card').nth(2).locator('.chart-plot').count(), 1, 'a length is a length');
    await card.getByText('Overlay anyway').click();
    assert.equal(await card.locator('.chart-plot').count(), 1);
    assert.match(await card.innerText(), /these numbers do not mean the same/);
    assert.match(JSON.stringify(await panel.keptState()), /"overlaid":\["reward"\]/);
  });
});

test('a run whose reward was changed is compared with the others up to there', async () => {
  const changed = { step: 11, hash: 'f' };
  await withPanel(runs({ evaluations: HALF, changed }, { evaluations: HALF }), async ({ panel: { page } }) => {
    const card = page.locator('.curve-card').nth(1);
    assert.equal(await card.locator('.chart-plot').count(), 1);
    assert.match(await card.innerText(), /The reward of A was changed at step 11: its curve is compared up to there\./);
    assert.deepEqual(await card.locator('.chart-rule').allInnerTexts(), ['A: reward changed']);
    // The last values: of A that before the change, of B the run's.
    assert.match(await card.locator('.values').innerText(), /A\s*0\.500\s*B\s*1\.00/);
    await card.getByText('Overlay anyway').click();
    assert.match(await card.locator('.values').innerText(), /A\s*1\.00\s*B\s*1\.00/);
    assert.match(await card.innerText(), /changed at step 11: these numbers do not mean the same\./);
    assert.equal(await page.locator('.curve-card').nth(2).locator('.chart-rule').count(), 0, 'a length is a length');
  });
});

test('the problems of a cell open what both wrote', async () => {
  await withPanel(three(), async ({ panel: { page }, asked }) => {
    const cells = await page.locator('.matrix .cell').allInnerTexts();
    assert.deepEqual(
      cells.map((text) => text.replaceAll(/\s+/g, ' ')),
      ['50 solved by both', '0 solved by A alone', '20 solved by B alone', '30 solved by neither'],
    );
    await page.getByRole('button', { name: '20 solved by B alone' }).click();
    const problem = page.getByRole('button', { name: /#50 What is 50 and 50\?/ });
    await problem.click();
    assert.equal(await page.locator('.problem').count(), 20);
    const [a, b] = asked.outputs[0] ?? assert.fail('nothing was opened');
    assert.deepEqual([a.step, b.step, a.problem, b.problem, a.split], [20, 20, 50, 50, 'validation']);
    assert.match(`${a.runDir} ${b.runDir}`, /1200.*1201/);
  });
});

test('several tasks have a line each, and a problem opens under the number that each run gives it', async () => {
  const tasks = [
    { name: 'gsm8k', first: 0 },
    { name: 'svamp', first: 100 },
  ];
  const turned = [
    { name: 'svamp', first: 0 },
    { name: 'gsm8k', first: 100 },
  ];
  const before = [...firstSolved(40, 100), ...firstSolved(50, 100)];
  const later = [...firstSolved(50, 100), ...firstSolved(70, 100)];
  await withPanel(
    runs({ tasks, evaluations: { 20: before } }, { tasks: turned, evaluations: { 20: later } }),
    async ({ panel: { page }, asked }) => {
      const lines = await page.locator('.task-verdicts li').allInnerTexts();
      assert.match(lines[0] ?? '', /^gsm8k: B against A, on 100 problems: better by 30\.0 points/);
      assert.match(lines[1] ?? '', /^svamp: B against A, on 100 problems: no detectable difference/);
      await page.getByRole('button', { name: '30 solved by B alone' }).click();
      await page.getByRole('button', { name: /gsm8k #40 gsm8k: What is 40 and 40\?/ }).click();
      await page.waitForTimeout(100);
      const [a, b] = asked.outputs[0] ?? assert.fail('nothing was opened');
      assert.deepEqual([a.problem, b.problem], [40, 140]);
    },
  );
});

test('another pair is listed from its first page, and the text of every problem comes', async () => {
  const none = { 0: firstSolved(0, 200), 20: firstSolved(0, 200) };
  await withPanel(
    runs({ evaluations: none }, { evaluations: none }, { evaluations: none }),
    async ({ panel: { page } }) => {
      const shown = page.locator('.problem');
      const texts = page.locator('.problem-text', { hasText: 'What is' });
      await page.getByRole('button', { name: '200 solved by neither' }).click();
      await page.getByRole('button', { name: 'Show More' }).click();
      assert.equal(await shown.count(), 100);
      await page.getByLabel('Run', { exact: true }).selectOption({ index: 1 });
      await page.getByText('200 problems: solved by neither').waitFor();
      assert.equal(await shown.count(), 50);
      await texts.nth(49).waitFor();
      await page.getByRole('button', { name: 'Show More' }).click();
      await texts.nth(99).waitFor();
    },
  );
});

test('what differs is opened in the editor, and what is the same is not offered', async () => {
  await withPanel(three(), async ({ panel: { page }, asked }) => {
    const diffs = page.getByRole('group', { name: 'Open the two side by side' });
    await diffs.getByText('Experiment').click();
    assert.ok((await diffs.locator('vscode-button', { hasText: 'Reward Source' }).getAttribute('disabled')) !== null);
    await page.getByLabel('Run', { exact: true }).selectOption({ index: 1 });
    await diffs.getByText('Reward Source').click();
    assert.deepEqual(asked.diffs, [
      ['experiment', 'A', 'B'],
      ['rewards', 'A', 'C'],
    ]);
    await diffs.getByText('Reward Scores').click();
    assert.deepEqual(asked.scored, [['A', 'C']]);
  });
});

test('runs are added, removed, and another is the baseline, by keyboard alone', async () => {
  const all = three();
  const [first, second, third] = all;
  await withPanel(
    all.slice(0, 2),
    async ({ panel: { page }, asked }) => {
      await page.keyboard.press('Tab');
      assert.match(await page.evaluate('document.activeElement.textContent'), /Add Runs/);
      await page.keyboard.press('Enter');
      await page.locator('table.runs tbody tr').nth(2).waitFor();
      await page.getByLabel(/^Compare with A/).focus();
      await page.keyboard.press('ArrowDown');
      await page.locator('.verdicts', { hasText: /A against B, .*: worse by 20\.0 points/ }).waitFor();
      const focused = (): Promise<unknown> => page.evaluate('document.activeElement.ariaLabel');
      assert.match(String(await focused()), /^Compare with B/);
      await page
        .getByLabel(/^Remove C/)
        .locator('button')
        .focus();
      await page.keyboard.press('Enter');
      await page.locator('table.runs tbody tr').nth(2).waitFor({ state: 'detached' });
      assert.match(String(await focused()), /^Remove B/);
      assert.deepEqual(asked.compared.at(-1), { runs: [first, second], baseline: second });
    },
    {},
    [first, second, third].filter((run) => run !== undefined),
  );
});

test('the keyboard reads values off a chart', async () => {
  await withPanel(three().slice(0, 2), async ({ panel: { page } }) => {
    const chart = page.getByRole('slider', { name: 'Held-out accuracy of A, B' });
    await chart.focus();
    await page.keyboard.press('Home');
    assert.equal(await chart.getAttribute('aria-valuetext'), 'A 10.0 %, B 10.0 %');
    await page.keyboard.press('ArrowRight');
    assert.equal(await chart.getAttribute('aria-valuetext'), 'A 60.0 %, B 40.0 %');
    const ends = async (): Promise<number[]> => [
      Number(await chart.getAttribute('aria-valuemin')),
      Number(await chart.getAttribute('aria-valuemax')),
    ];
    await page.keyboard.press('+');
    await page.waitForTimeout(100);
    for (let press = 0; press < 10; press++) await page.keyboard.press('Shift+ArrowRight');
    await page.waitForTimeout(100);
    const [from = 0, to = 0] = await ends();
    assert.equal(to, 20, 'panned to the end and no further');
    assert.ok(Math.abs(from - 4) < 1e-6, 'and not zoomed by it');
  });
});

for (const theme of ['dark', 'light', 'highContrast'] as const)
  test(`axe finds nothing in ${theme}, and a narrow column does not scroll sideways`, async () => {
    await withPanel(
      three(),
      async ({ panel }) => {
        const { page } = panel;
        await page.getByRole('button', { name: '20 solved by B alone' }).click();
        assert.deepEqual(await panel.accessibilityProblems(), []);
        assert.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= 400);
      },
      { theme, width: 400 },
    );
  });

test('published results stand below, marked as what they are, for runs on a dataset that they are about', async () => {
  const experiment = { dataset: { source: 'data/gsm8k/train.jsonl', validation: 'heldout.jsonl' } };
  await withPanel(
    runs({ evaluations: HALF, experiment }, { evaluations: MORE, experiment }),
    async ({ panel }) => {
      const { page } = panel;
      await page.getByText('Published, not measured here').click();
      const rows = page.locator('table.published tbody tr');
      assert.match(await rows.nth(3).innerText(), /GPT-2 124M.*42\.9 ± 0\.2 %.*arXiv:2412\.06769/s);
      assert.deepEqual(await panel.accessibilityProblems(), []);
      assert.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= 400);
    },
    { width: 400 },
  );
  await withPanel(three(), async ({ panel: { page } }) => {
    assert.equal(await page.getByText('Published, not measured here').isVisible(), false);
  });
});

test('of three seeds of each the recipes are spoken of first', async () => {
  const seeds = (solved: number, learningRate: number): Omit<ComparedRunOptions, 'id'>[] =>
    [1, 2, 3].map((seed) => ({
      evaluations: { 20: firstSolved(solved + seed, 100) },
      experiment: { seed, optimizer: { learningRate } },
    }));
  await withPanel(runs(...seeds(50, 1e-5), ...seeds(70, 1e-4)), async ({ panel: { page } }) => {
    const [recipe = '', run = ''] = await page.locator('.verdicts > li').allInnerTexts();
    assert.match(
      recipe,
      /^The recipe of D, E, F against that of A, B, C, over 3 and 3 seeds, on 100 problems: better by 20\.0/,
    );
    assert.match(run, /^B against A, these two runs, .* among 5 comparisons \(Holm\)/);
  });
});

test('nothing to compare yet says what to do, and a run that has gone says why', async () => {
  await withPanel([], async ({ panel: { page } }) => {
    await page.getByText('Add the runs to compare.').waitFor();
  });
  const all = three();
  await withPanel(all, async (opened) => {
    const { page } = opened.panel;
    await opened.moveToTrash(all[1] ?? '');
    await page.getByText('is not a run folder').waitFor();
    // The table follows a moment later.
    await page.locator('table.runs tbody tr').nth(2).waitFor({ state: 'detached' });
    assert.equal(await page.locator('table.runs tbody tr').count(), 2);
  });
});

test('names from a run folder are text', async () => {
  const evil = '<img src=x onerror=alert(1)>';
  await withPanel(
    runs(
      { evaluations: HALF, manifest: { name: evil } },
      { evaluations: MORE, experiment: { dataset: { source: evil } } },
    ),
    async ({ panel: { page } }) => {
      assert.equal(await page.locator('img').count(), 0);
      assert.match(await page.locator('table.runs').innerText(), /<img src=x/);
    },
  );
});

test('a running run moves: its steps, its curves, and after an evaluation the verdict; nothing while hidden', async () => {
  const [still = '', moving = ''] = runs(
    { evaluations: HALF },
    { evaluations: { 0: firstSolved(10, 100) }, experiment: { training: { steps: 40 } } },
  );
  const writer = RunWriter.open(moving);
  try {
    await withPanel([still, moving], async ({ panel: { page }, session, sent }) => {
      writer.setStatus('running');
      writer.writeSteps([1, 2, 3].map((step) => comparedStep(step)));
      await page.locator('table.runs', { hasText: '3/40 running' }).waitFor();
      await page.locator('.curve-card').nth(1).getByText('B0.150').waitFor();
      writer.writeSteps([comparedStep(4, firstSolved(80, 100))]);
      await page.locator('.verdicts', { hasText: /B against A, .*: better by 30\.0 points/ }).waitFor();
      await page.locator('.verdicts', { hasText: 'B is still running.' }).waitFor();
      session.hide();
      const before = sent.length;
      writer.writeSteps([comparedStep(5)]);
      await page.waitForTimeout(500);
      assert.equal(sent.length, before);
    });
  } finally {
    writer.close();
  }
});

test("the panel's own script is small", () => {
  const script = path.join(import.meta.dirname, '../../dist/webview/compare.js');
  assert.ok(statSync(script).size < 100_000);
  assert.doesNotMatch(readFileSync(script, 'utf8'), /innerHTML/);
});
