/** From what a person does to what it brings about, by clocks in the pages: what a browser's driver adds is not in it. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Frame, Page } from 'playwright-core';
import { pageScript } from '../../test/workbench/pageScript.ts';

export interface Target {
  /** null for the first curve. */
  readonly selector: string | null;
  /** A pattern that the text of such an element has. */
  readonly text?: string;
}

/** What takes longer does not come. */
const LIMIT_MS = 30_000;

export class Marks {
  #acted = NaN;
  #shown: ((time: number) => void) | null = null;

  static async on(page: Page): Promise<Marks> {
    const marks = new Marks();
    await page.exposeFunction('reportMark', (name: 'acted' | 'shown', time: number) => {
      if (name === 'acted') marks.#acted = time;
      // What was there before is not what came of it.
      else if (time > marks.#acted) marks.#shown?.(time);
    });
    return marks;
  }

  /** Looks for it in panels that are opened from now on, by clicks in the workbench. */
  async inNewPanels(page: Page, target: Target): Promise<void> {
    const script = scriptFor(target);
    await page.addInitScript(script);
    await page.evaluate(script);
  }

  /** Looks for it in a panel, and for clicks and keys there. */
  async inPanel(panel: Frame, target: Target): Promise<void> {
    await panel.evaluate(scriptFor(target));
  }

  /** Milliseconds from the last click or key of an action to what is then shown. */
  async time(act: () => Promise<void>): Promise<number> {
    this.#acted = NaN;
    const shown = new Promise<number>((resolve) => (this.#shown = resolve));
    await act();
    const limit = new AbortController();
    const late = delay(LIMIT_MS, null, { signal: limit.signal }).catch(() => null);
    const time = await Promise.race([shown, late]);
    limit.abort();
    this.#shown = null;
    if (time === null) throw new Error(`Nothing was shown within ${LIMIT_MS} ms.`);
    return time - this.#acted;
  }
}

function scriptFor({ selector, text = '' }: Target): string {
  return pageScript('marks', { options: { selector, text } });
}
