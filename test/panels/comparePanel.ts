/** The compare panel in a browser, filled by the host's own session from run folders. */
import type { Browser } from 'playwright-core';
import { parseFromComparePanel, type DiffKind, type ToComparePanel } from '../../src/engine/protocol/panels/compare.ts';
import { RunData } from '../../src/extension/data/runData.ts';
import type { ComparedRuns } from '../../src/extension/panels/comparedRuns.ts';
import { CompareSession, type OutputsTarget } from '../../src/extension/panels/compareSession.ts';
import { PanelHarness, type PanelOptions } from './panelHarness.ts';

/** What the panel had the editor do. */
export interface Asked {
  readonly diffs: (readonly [diff: DiffKind, a: string, b: string])[];
  /** Whose completions by whose rewards. */
  readonly scored: (readonly [a: string, b: string])[];
  readonly outputs: (readonly [a: OutputsTarget, b: OutputsTarget])[];
  readonly compared: ComparedRuns[];
}

export class ComparePanelInBrowser {
  readonly panel: PanelHarness;
  readonly session: CompareSession;
  readonly asked: Asked;
  readonly sent: readonly ToComparePanel[];
  readonly #data: RunData;

  private constructor(
    panel: PanelHarness,
    session: CompareSession,
    data: RunData,
    asked: Asked,
    sent: readonly ToComparePanel[],
  ) {
    this.panel = panel;
    this.session = session;
    this.#data = data;
    this.asked = asked;
    this.sent = sent;
  }

  /** @param picked what the person answers when asked for runs */
  static async open(
    browser: Browser,
    compared: ComparedRuns,
    options: Partial<PanelOptions> = {},
    picked: readonly string[] = [],
  ): Promise<ComparePanelInBrowser> {
    const data = new RunData();
    const asked: Asked = { diffs: [], scored: [], outputs: [], compared: [] };
    const sent: ToComparePanel[] = [];
    let tell: (message: ToComparePanel) => void = () => {};
    const view = {
      post: (message: ToComparePanel): void => {
        sent.push(message);
        tell(message);
      },
      setExperiment: () => {},
    };
    const session = new CompareSession(data, view, {
      pickRuns: () => Promise.resolve(picked),
      showDiff: (diff, a, b) => Promise.resolve(void asked.diffs.push([diff, a.letter, b.letter])),
      compareRewards: (a, b) => Promise.resolve(void asked.scored.push([a.letter, b.letter])),
      showOutputs: (a, b) => Promise.resolve(void asked.outputs.push([a, b])),
      onChanged: (changed) => void asked.compared.push(changed),
    });
    session.compare(compared);
    const panel = await PanelHarness.open(browser, { script: 'compare', ...options }, (message, harness) => {
      tell = (answer) => void harness.tell(answer).catch(() => {});
      if (typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready')
        session.show();
      const parsed = parseFromComparePanel(message);
      if (parsed !== null) session.receive(parsed);
    });
    return new ComparePanelInBrowser(panel, session, data, asked, sent);
  }

  /** When every result is on the page. */
  async settled(): Promise<void> {
    const { page } = this.panel;
    await page.locator('table.runs tbody tr').first().waitFor();
    await page.locator('.verdicts', { hasNotText: 'working it out' }).waitFor();
    await page.locator('.chart-plot canvas').first().waitFor();
  }

  async moveToTrash(dir: string): Promise<void> {
    await this.#data.call('moveToTrash', { dir });
  }

  async close(): Promise<void> {
    this.session.dispose();
    this.#data.dispose();
    await this.panel.close();
  }
}
