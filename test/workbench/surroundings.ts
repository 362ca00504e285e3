/** What VS Code shows around the editors: notifications, dialogs and the status bar. */
import type { Locator, Page } from 'playwright-core';

export function notifications(page: Page): Locator {
  return page.locator('.notifications-toasts .notification-list-item');
}

export function notificationButton(page: Page, label: string | RegExp): Locator {
  return notifications(page).getByRole('button', { name: label });
}

/** What is kept of them, when it is open: a toast that comes while another goes is sometimes not shown by VS Code. */
export function notificationCenter(page: Page): Locator {
  return page.locator('.notifications-center .notification-list-item');
}

/** Modal ones. */
export function dialogs(page: Page): Locator {
  return page.locator('.monaco-dialog-box');
}

export function statusBarItem(page: Page, text: string | RegExp): Locator {
  return page.locator('.part.statusbar .statusbar-item').filter({ hasText: text });
}
