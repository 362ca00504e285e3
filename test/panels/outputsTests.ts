/** Tests of Outputs in a browser: opening it, and finding things in it. */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { launchBrowser } from '../workbench/browser.ts';
import { OutputsPanel } from './outputsPanel.ts';

type Options = Parameters<typeof OutputsPanel.open>[2];
type Look = (page: Page, opened: OutputsPanel) => Promise<void>;

/** One browser for the tests of a file. */
export function outputsTests(): (runDir: string | null, look: Look, options?: Options) => Promise<void> {
  let browser: Browser | undefined;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser?.close());
  /** Opens the panel on a run; whatever happens in it, the page's policy is kept and no script fails. */
  return async (runDir, look, options = {}) => {
    assert.ok(browser);
    const opened = await OutputsPanel.open(browser, runDir, options);
    try {
      await look(opened.panel.page, opened);
      assert.deepEqual(opened.panel.violations, []);
    } finally {
      await opened.close();
    }
  };
}

export const rows = (page: Page): Locator => page.locator('.row');
export const cards = (page: Page): Locator => page.getByRole('article');
export const title = (page: Page): Locator => page.locator('.group-title h2');
export const list = (page: Page, name: 'Problems' | 'Completions'): Locator => page.getByRole('listbox', { name });

/** When the group with this title is read. */
export const titled = (page: Page, text: string): Promise<void> =>
  title(page).getByText(text, { exact: true }).waitFor();
