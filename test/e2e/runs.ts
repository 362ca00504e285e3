/** Runs: how a person begins and ends them, and what their folders hold. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { RunReader } from '../../src/engine/run/reader.ts';
import { listRuns, type RunSummary } from '../../src/engine/run/runs.ts';
import { openFile } from '../workbench/editors.ts';
import { repository } from '../workbench/extension.ts';
import { quickPickRows, runCommand } from '../workbench/palette.ts';
import { openView, treeRow } from '../workbench/views.ts';

/** The command line, as it is built. */
export const commandLine = path.join(repository, 'dist/cli.js');

const POLL_MS = 20;
/** Something that takes longer has not happened. */
const WAIT_LIMIT_MS = 180_000;

/** Waits until `look` finds something. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | null> | T | null,
  limitMs = WAIT_LIMIT_MS,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  while (performance.now() < deadline) {
    const found = await look();
    if (found !== null) return found;
    await delay(POLL_MS);
  }
  throw new Error(`Waited in vain for ${what}.`);
}

/** The runs of a workspace folder, newest first. */
export function runsIn(folder: string): RunSummary[] {
  return listRuns(path.join(folder, '.rlvr/runs')).filter((run) => 'status' in run);
}

export function newestRun(folder: string): RunSummary | null {
  return runsIn(folder)[0] ?? null;
}

/** The newest run, once it has come so far. */
export async function reached(folder: string, step: number): Promise<RunSummary> {
  return eventually(`step ${step}`, () => {
    const run = newestRun(folder);
    return run !== null && (run.lastStep ?? -1) >= step ? run : null;
  });
}

export async function ended(folder: string): Promise<RunSummary> {
  return eventually('the end of the run', () => {
    const run = newestRun(folder);
    return run !== null && run.status !== 'running' ? run : null;
  });
}

/** Every step from 1 to the last is in the run, once. */
export function assertNoGap(dir: string): void {
  const reader = RunReader.open(dir);
  try {
    const steps = [...reader.series('reward').steps];
    assert.deepEqual(
      steps,
      steps.map((_, index) => index + 1),
    );
  } finally {
    reader.close();
  }
}

/** Starts the experiment through the palette, and answers what is asked before the first start. */
export async function startTraining(page: Page, experiment: string): Promise<void> {
  await openFile(page, `${experiment}.rlvr.json`);
  await runCommand(page, 'RLVR: Start Training');
  await answerAboutClosing(page);
}

/** Asked before the first start. */
export async function answerAboutClosing(page: Page): Promise<void> {
  const goOn = quickPickRows(page).filter({ hasText: 'Go on for' }).first();
  await eventually('the start', async () => {
    if (await goOn.isVisible()) {
      await goOn.click();
      return true;
    }
    return (await page.locator('.statusbar-item', { hasText: /\d+\/\d+|loading|starting/ }).count()) > 0 ? true : null;
  });
}

/** The row of the newest run. */
export async function newestRunRow(page: Page): Promise<Locator> {
  await openView(page, 'RLVR');
  const row = treeRow(page, /\d\d:\d\d:\d\d/);
  await row.waitFor();
  return row;
}

/** A run to its end, without an editor. */
export async function trainInTerminal(experimentPath: string, folder: string): Promise<void> {
  const terminal = spawn(process.execPath, [commandLine, 'train', experimentPath], { cwd: folder, stdio: 'ignore' });
  await once(terminal, 'exit');
  assert.equal(terminal.exitCode, 0);
}
