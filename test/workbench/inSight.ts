/** What a person would see in a window, in words: of a machine that keeps only what its tests printed. */
import type { Locator, Page } from 'playwright-core';
import { tab } from './editors.ts';
import { quickPickRows } from './palette.ts';
import { dialogs, notifications, statusBarItem } from './surroundings.ts';

/** A line for each part of the window in which something is shown. */
export async function inSight(page: Page): Promise<string> {
  const parts: Readonly<Record<string, Locator>> = {
    tabs: tab(page, /./),
    dialogs: dialogs(page),
    notifications: notifications(page),
    pick: page
      .locator('.quick-input-widget')
      .filter({ visible: true })
      .locator('.quick-input-title, .quick-input-message'),
    'picks offered': quickPickRows(page).filter({ visible: true }),
    menus: page.locator('.monaco-menu').getByRole('menuitem'),
    'side bar': page.locator('.part.sidebar').getByRole('treeitem'),
    'status bar': statusBarItem(page, /./),
  };
  const lines: string[] = [];
  for (const [name, locator] of Object.entries(parts)) {
    const texts = (await locator.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim()).filter(Boolean);
    if (texts.length > 0) lines.push(`${name}: ${texts.join(' | ')}`);
  }
  return lines.join('\n');
}
