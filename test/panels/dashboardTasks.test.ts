/** The Dashboard of a run of several tasks. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import type { ExperimentInput } from '../../src/engine/protocol/experiment.ts';
import { finish, startRun } from '../support/dashboardRuns.ts';
import { launchBrowser } from '../workbench/browser.ts';
import { DashboardPanel } from './dashboardPanel.ts';

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

const TASKS: ExperimentInput['tasks'] = { sums: { dataset: { source: 'a' } }, words: { dataset: { source: 'b' } } };

/** Evaluated before the first step and every tenth. */
function run(): string {
  const writer = startRun(30, { dataset: undefined, tasks: TASKS });
  writer.writeSteps(
    Array.from({ length: 31 }, (_, step) => ({
      step,
      metrics: {
        ...(step > 0 ? { reward: 0.5, 'tasks/sums/solved': 0.4, 'tasks/words/solved': 0.6 } : {}),
        ...(step % 10 === 0
          ? { 'eval/accuracy': 0.5, 'tasks/sums/eval/accuracy': step / 100, 'tasks/words/eval/accuracy': 0.7 }
          : {}),
      },
      problems: [],
      completions: [],
      evaluation: null,
      state: null,
    })),
  );
  return finish(writer);
}

test('the accuracy of each task is a curve in one of the first charts', async () => {
  const opened = await DashboardPanel.open(browser, run(), {});
  try {
    await opened.settled();
    const { page } = opened.panel;
    const card = page.locator('.grid').first().locator('.card', { hasText: 'Held-out accuracy by task' });
    await card.waitFor();
    const legend = await card.getByRole('table').innerText();
    assert.match(legend, /sums\s+30\.0 %/);
    assert.match(legend, /words\s+70\.0 %/);
    assert.deepEqual(await opened.panel.accessibilityProblems(), []);
    assert.deepEqual(opened.panel.violations, []);
  } finally {
    await opened.close();
  }
});
