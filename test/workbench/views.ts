/** The side bar: its icons, and trees in it. */
import type { Locator, Page } from 'playwright-core';

export function activityIcon(page: Page, title: string): Locator {
  return page.locator('.part.activitybar').getByRole('tab', { name: title });
}

/** Opens the side bar at this icon, where it is not there already. */
export async function openView(page: Page, title: string): Promise<void> {
  const icon = activityIcon(page, title);
  if ((await icon.getAttribute('aria-selected')) !== 'true') await icon.click();
}

export function treeRows(page: Page): Locator {
  return page.locator('.part.sidebar .monaco-list-row');
}

export function treeRow(page: Page, text: string | RegExp): Locator {
  return treeRows(page).filter({ hasText: text }).first();
}

/** Buttons of a view that is empty. */
export function welcomeButtons(page: Page): Locator {
  return page.locator('.part.sidebar .welcome-view-content').getByRole('button');
}

/** Chooses from the context menu of a row. */
export async function rowMenu(page: Page, row: Locator, title: string): Promise<void> {
  await row.click({ button: 'right' });
  await chooseFromMenu(page, title);
}

/** From the menu of the view's title. */
export async function viewMenu(page: Page, title: string): Promise<void> {
  await page
    .locator('.part.sidebar .title-actions')
    .getByRole('button', { name: /More Actions/ })
    .click();
  await chooseFromMenu(page, title);
}

/** Chooses from the menu that is open, which passes over clicks for a moment after it has opened. */
export async function chooseFromMenu(page: Page, title: string): Promise<void> {
  const item = page.locator('.monaco-menu').getByRole('menuitem', { name: title, exact: true });
  for (let click = 1; click <= CLICKS; click++) {
    await item.hover();
    await page.waitForTimeout(MENU_REST_MS);
    await item.click();
    const chosen = await item.waitFor({ state: 'hidden', timeout: CLOSING_MS }).then(
      () => true,
      () => false,
    );
    if (chosen) return;
  }
  throw new Error(`The menu did not take "${title}".`);
}

const MENU_REST_MS = 300;
const CLOSING_MS = 3000;
const CLICKS = 10;
