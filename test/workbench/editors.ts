/** Editors, their tabs, and what they show. */
import type { Locator, Page } from 'playwright-core';
import { pick, quickInput } from './palette.ts';

export function tab(page: Page, title: string | RegExp): Locator {
  return page.locator('.part.editor .tab').filter({ hasText: title });
}

/** Titles of all tabs, group after group. */
export async function tabTitles(page: Page): Promise<string[]> {
  return page.locator('.part.editor .tab .tab-label').allTextContents();
}

/** By the name of a file of the workspace; it may be open in another group already. */
export async function openFile(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+P');
  await quickInput(page).fill(name);
  await pick(page, name);
  await tab(page, name).first().waitFor();
}

/** Lines of code that are in sight. */
export function codeLines(page: Page): Locator {
  return page.locator('.part.editor .editor-instance .view-line');
}

export function codeLenses(page: Page): Locator {
  return page.locator('.part.editor .codelens-decoration a');
}

/** Replaces text in the editor of a file, as by the find widget, and leaves the file unsaved. Fails where the text is not there once. */
export async function replaceInEditor(page: Page, file: string, text: string, by: string): Promise<void> {
  const widget = page.locator('.part.editor .find-widget.visible');
  // A key that comes before the editor has the focus is nobody's.
  do {
    await tab(page, file).click();
    await page.keyboard.press('Control+H');
  } while (!(await shows(widget)));
  await widget.locator('.find-part textarea').fill(text);
  await widget.locator('.replace-part textarea').fill(by);
  await widget.locator('.matchesCount', { hasText: /of 1$/ }).waitFor();
  await page.keyboard.press('Control+Alt+Enter');
  await widget.locator('.matchesCount', { hasText: 'No results' }).waitFor();
  await page.keyboard.press('Escape');
  // Long lines were scrolled sideways.
  await page.keyboard.press('Home');
}

/** Milliseconds for what a key opens to be there. */
const OPENING_MS = 3000;

function shows(locator: Locator): Promise<boolean> {
  return locator.waitFor({ timeout: OPENING_MS }).then(
    () => true,
    () => false,
  );
}
