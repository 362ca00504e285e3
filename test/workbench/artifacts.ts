/** Pictures that tests leave, to be looked at. */
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

/** Adds a line of milliseconds to `measurements.txt`. */
export function noteMeasurement(what: string, milliseconds: Readonly<Record<string, number>>): void {
  const values = Object.entries(milliseconds).map(([name, value]) => `${name} ${Math.round(value)} ms`);
  appendFileSync(path.join(artifactsFolder(), 'measurements.txt'), `${what}: ${values.join(', ')}\n`);
}

export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(artifactsFolder(), `${name}.png`) });
}
