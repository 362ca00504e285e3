/** Panels: the pages that the extension shows in editor tabs. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Frame, Page } from 'playwright-core';
import { pageScript } from './pageScript.ts';
import { isPanelFrame } from './workbench.ts';

const POLL_MS = 100;
const PANEL_LIMIT_MS = 120_000;

/** The frame with the extension's own page, by a selector that matches something in it. */
export async function panelFrame(page: Page, selector: string): Promise<Frame> {
  const deadline = Date.now() + PANEL_LIMIT_MS;
  while (Date.now() < deadline) {
    for (const frame of page.frames().filter((candidate) => isPanelFrame(candidate.name()))) {
      // A frame may go while it is asked.
      const found = await frame
        .locator(selector)
        .count()
        .catch(() => 0);
      if (found > 0) return frame;
    }
    await page.waitForTimeout(POLL_MS);
  }
  throw new Error(`No panel has ${selector}.`);
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong, one line for each element: `rule: selector: what to do`. */
export async function accessibilityProblems(frame: Frame): Promise<string[]> {
  // Through the debugger's door, which no content security policy guards; the policy itself stays as it is.
  await frame.evaluate(axeSource);
  const { violations } = await frame.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? help}`),
  );
}

/** Pixels by which a panel's page is wider than the panel: it would have to be scrolled sideways. */
export async function sidewaysOverflow(frame: Frame): Promise<number> {
  return frame.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

export async function panelWidth(frame: Frame): Promise<number> {
  return frame.evaluate<number>('document.documentElement.clientWidth');
}

/** Presses Tab through a panel. Returns what could have the focus and did not get it. */
export async function unreachableByTab(page: Page, frame: Frame): Promise<string[]> {
  await frame.evaluate(pageScript('keyboard'));
  await frame.evaluate('document.body.tabIndex = -1; document.body.focus()');
  const missing = new Set(await frame.evaluate<string[]>('keyboardReport.reachable()'));
  const total = missing.size;
  for (let press = 0; press < 2 * total && missing.size > 0; press++) {
    await page.keyboard.press('Tab');
    const focused = await frame.evaluate<string | null>('keyboardReport.focused()');
    if (focused !== null) missing.delete(focused);
  }
  // What went, or was switched off, when the rest of the panel had come.
  const reachable = new Set(await frame.evaluate<string[]>('keyboardReport.reachable()'));
  return [...missing].filter((element) => reachable.has(element));
}
