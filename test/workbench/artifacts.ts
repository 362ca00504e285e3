/** Pictures that tests leave, to be looked at. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { repository } from './extension.ts';
import { chosenVersion } from './install.ts';

/** Ignored by git; `RLVR_ARTIFACTS` names another. */
export function artifactsFolder(): string {
  const folder = path.resolve(
    process.env['RLVR_ARTIFACTS'] ?? path.join(repository, 'test-artifacts'),
    chosenVersion(),
  );
  mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * How much longer than promised something may take here: tests share their machine with others. Whether a promise is kept on an idle
 * machine is measured by `npm run bench:editor`.
 */
const TOLERANCE = 3;

/** Keeps how long something took, and fails where that is far beyond what is promised. */
export function checkPromise(what: string, milliseconds: number, promised: number): void {
  const line = `${what}: ${Math.round(milliseconds)} ms of ${promised}\n`;
  appendFileSync(path.join(artifactsFolder(), 'measurements.txt'), line);
  assert.ok(milliseconds <= TOLERANCE * promised, line);
}

export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(artifactsFolder(), `${name}.png`) });
}
