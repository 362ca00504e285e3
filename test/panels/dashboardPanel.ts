/** The Dashboard as it is in the editor, the editor apart: the built panel in a browser, and the host's session with a run folder. */
import type { Browser } from 'playwright-core';
import {
  parseFromDashboard,
  type DashboardAction,
  type LiveState,
  type ToDashboard,
} from '../../src/engine/protocol/panels/dashboard.ts';
import type { GroupSelection } from '../../src/engine/protocol/panels/outputsRequests.ts';
import type { SettingPath } from '../../src/engine/protocol/panels/signal.ts';
import { Emitter } from '../../src/extension/common/event.ts';
import { RunData } from '../../src/extension/data/runData.ts';
import { DashboardSession } from '../../src/extension/panels/dashboard.ts';
import type { DashboardState } from '../../src/webview/dashboard/state.ts';
import { PanelHarness, type PanelOptions } from './panelHarness.ts';

/** A file that the panel had written. */
export interface Saved {
  readonly name: string;
  readonly data: string | Uint8Array;
}

export interface DashboardOptions extends Omit<PanelOptions, 'script'> {
  readonly live?: LiveState | null;
}

/** Text, since the types of the tests know no canvas. */
const COUNT_PIXELS = `(canvas) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, index) => index % 4 === 3 && value > 0).length;
}`;

type CountPixels = (canvas: unknown) => number;

type Place = readonly [x: number, y: number];

export class DashboardPanel {
  readonly panel: PanelHarness;
  readonly session: DashboardSession;
  /** The buttons that were pressed. */
  readonly actions: readonly DashboardAction[];
  readonly saved: readonly Saved[];
  /** What was to be shown elsewhere: groups, a path in the experiment, the name of a reward. */
  readonly places: readonly (GroupSelection | SettingPath | string)[];
  /** Everything that was said to the panel. */
  readonly sent: readonly ToDashboard[];
  readonly #data: RunData;

  private constructor(
    panel: PanelHarness,
    session: DashboardSession,
    data: RunData,
    heard: Pick<DashboardPanel, 'actions' | 'saved' | 'sent' | 'places'>,
  ) {
    this.panel = panel;
    this.session = session;
    this.#data = data;
    this.actions = heard.actions;
    this.saved = heard.saved;
    this.sent = heard.sent;
    this.places = heard.places;
  }

  /** @param runDir the selected run, null for none */
  static async open(browser: Browser, runDir: string | null, options: DashboardOptions = {}): Promise<DashboardPanel> {
    const { live = null, ...page } = options;
    const data = new RunData();
    const actions: DashboardAction[] = [];
    const saved: Saved[] = [];
    const sent: ToDashboard[] = [];
    const places: (GroupSelection | SettingPath | string)[] = [];
    // One after the other, as the editor delivers them.
    let queue = Promise.resolve();
    let opened: PanelHarness | null = null;
    const session = new DashboardSession(
      {
        data,
        live: { stateOf: () => live, onDidChange: new Emitter<string>().event },
        actions: {
          act: (action) => void actions.push(action),
          pickFile: (name, format) => Promise.resolve(`${name}.${format}`),
          write: (name, contents) => Promise.resolve(void saved.push({ name, data: contents })),
          saved: () => {},
          openGroups: (_, selection) => Promise.resolve(void places.push(selection)),
          openSetting: (_, path) => Promise.resolve(void places.push(path)),
          openReward: (_, name) => Promise.resolve(void places.push(name)),
          diffRewards: (_, step) => Promise.resolve(void places.push(`rewards of step ${step}`)),
          showError: (error) => {
            throw error;
          },
        },
      },
      {
        post: (message) => {
          sent.push(message);
          // A page that was closed hears nothing any more.
          queue = queue.then(() => opened?.tell(message)).catch(() => {});
        },
        setTitle: () => {},
      },
    );
    session.setRun(runDir);
    const panel = await PanelHarness.open(browser, { ...page, script: 'dashboard' }, (message, harness) => {
      opened = harness;
      if (typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready')
        session.show();
      const parsed = parseFromDashboard(message);
      if (parsed !== null) session.receive(parsed);
    });
    return new DashboardPanel(panel, session, data, { actions, saved, sent, places });
  }

  /** When the legend of the first chart shows values, the words have come, and nothing more will push the charts down. */
  async settled(): Promise<void> {
    await this.panel.page.locator('.card .legend tbody td').first().waitFor();
    await this.panel.page.locator('.card p', { hasText: /./ }).first().waitFor({ state: 'attached' });
    const running = this.sent.some((message) => message.type === 'run' && message.status.status === 'running');
    if (!running) await this.panel.page.locator('.outcome').waitFor();
    await this.drawn();
  }

  /** When what was asked for until now is on the canvas. */
  async drawn(): Promise<void> {
    await this.panel.page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  }

  /** The chart with a title. */
  card(title: string): ReturnType<PanelHarness['page']['locator']> {
    return this.panel.page
      .locator('section.card')
      .filter({ has: this.panel.page.getByRole('heading', { name: title, exact: true }) });
  }

  /** A legend as text, a row in each. */
  async legend(title: string): Promise<string[]> {
    const rows = await this.card(title).locator('.legend tbody tr').all();
    return Promise.all(
      rows.map(async (row) => {
        const cells = await row.locator('th, td:not([hidden])').allInnerTexts();
        return cells.map((cell) => cell.trim()).join(' | ');
      }),
    );
  }

  /** How many pixels of a chart's canvas are not see-through: what is drawn on it. */
  async pixels(title: string): Promise<number> {
    const canvas = await this.card(title)
      .locator('canvas')
      .evaluateHandle((found: unknown) => found);
    const count = await this.panel.page.evaluateHandle<CountPixels>(COUNT_PIXELS);
    return this.panel.page.evaluate(([pixelsOf, drawn]) => pixelsOf(drawn), [count, canvas] as const);
  }

  /** Draws with the mouse from one place of a plot to another; places are shares of its width and height. */
  async drag(title: string, from: Place, to: Place): Promise<void> {
    const { mouse } = this.panel.page;
    const box = await this.card(title).locator('.u-over').boundingBox();
    if (box === null) throw new Error(`${title} is not on the screen`);
    const at = ([x, y]: Place): [number, number] => [box.x + x * box.width, box.y + y * box.height];
    await mouse.move(...at(from));
    await mouse.down();
    await mouse.move(...at([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]));
    await mouse.move(...at(to));
    await mouse.up();
  }

  /** What the panel keeps with its tab. */
  async kept(): Promise<DashboardState> {
    return (await this.panel.page.evaluate<{ readonly state: DashboardState }>('keptState()')).state;
  }

  async close(): Promise<void> {
    this.session.dispose();
    this.#data.dispose();
    await this.panel.close();
  }
}
