/** The command palette and quick picks. */
import type { Locator, Page } from 'playwright-core';

export function quickInput(page: Page): Locator {
  return page.locator('.quick-input-widget .quick-input-box input');
}

export function quickPickRows(page: Page): Locator {
  return page.locator('.quick-input-list .monaco-list-row');
}

/** Milliseconds for the palette to list what it has. */
const LISTING_MS = 3000;
const OPENINGS = 10;

/**
 * Runs a command by its title, `RLVR: Start Training`, as a person does. The palette lists what was enabled when it opened, and in a window
 * that has just opened VS Code may not know yet that the workspace is trusted: then it is opened again.
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  const row = pickRow(page, title);
  for (let opening = 1; opening <= OPENINGS; opening++) {
    await page.keyboard.press('F1');
    await quickInput(page).fill(`>${title}`);
    await quickPickRows(page).first().waitFor();
    const listed = await row.waitFor({ timeout: LISTING_MS }).then(
      () => true,
      () => false,
    );
    if (listed) break;
    await page.keyboard.press('Escape');
  }
  await row.click();
}

/** Chooses the row with this label from the pick that is open. */
export async function pick(page: Page, label: string | RegExp): Promise<void> {
  await pickRow(page, label).click();
}

function pickRow(page: Page, label: string | RegExp): Locator {
  return quickPickRows(page)
    .filter({ has: page.getByText(label, { exact: true }) })
    .first();
}

/** Titles that the palette offers for what is typed. */
export async function paletteTitles(page: Page, typed: string): Promise<string[]> {
  await page.keyboard.press('F1');
  await quickInput(page).fill(`>${typed}`);
  await quickPickRows(page).first().waitFor();
  const titles = await quickPickRows(page).locator('.label-name').allTextContents();
  await page.keyboard.press('Escape');
  return titles;
}

/** Ticks every row of the pick that is open, which takes several, and accepts. */
export async function pickAll(page: Page): Promise<void> {
  await quickPickRows(page).first().waitFor();
  const all = page.locator('.quick-input-widget .quick-input-header').getByRole('checkbox');
  if (!(await all.isChecked())) await all.click();
  await page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
}

/** Milliseconds in which the file dialog finishes what it writes into its own input. */
const DIALOG_REST_MS = 500;

/** Types a path into VS Code's own file dialog and presses its button. */
export async function enterPath(page: Page, path: string, button: string): Promise<void> {
  const input = quickInput(page);
  do {
    await page.waitForTimeout(DIALOG_REST_MS);
    await input.fill(path);
    await page.waitForTimeout(DIALOG_REST_MS);
  } while ((await input.inputValue()) !== path);
  await page.locator('.quick-input-widget').getByRole('button', { name: button }).click();
}
