/** The Dashboard on the host's side: one session for each tab, which feeds the selected run to it while it is visible. */
import {
  parseFromDashboard,
  type DashboardAction,
  type FromDashboard,
  type ToDashboard,
} from '../../engine/protocol/panels/dashboard.ts';
import type { GroupSelection } from '../../engine/protocol/panels/outputsRequests.ts';
import type { SettingPath } from '../../engine/protocol/panels/signal.ts';
import { RunData } from '../data/runData.ts';
import { DashboardFeed, type DashboardPage } from './dashboardFeed.ts';
import type { LiveRun } from './liveRun.ts';
import type { PanelKind, PanelSession } from './panelHost.ts';

/** What the editor does for the Dashboard. */
export interface DashboardActions {
  /** @param runDir the run that is shown; null where none is */
  act(action: DashboardAction, runDir: string | null): void;
  /** Shows groups of a run in Outputs. */
  openGroups(runDir: string, selection: GroupSelection): Promise<void>;
  /** Shows a value in the run's experiment file, or where it would stand. */
  openSetting(runDir: string, path: SettingPath): Promise<void>;
  /** Shows the function of a reward, by its name. */
  openReward(runDir: string, name: string): Promise<void>;
  /** Shows what scored before a step beside what scored from it on. */
  diffRewards(runDir: string, step: number): Promise<void>;
  /** Asks where to save a file, beside the run at first; null where the person thinks better of it. */
  pickFile(suggestedName: string, format: 'png' | 'svg' | 'csv'): Promise<string | null>;
  /** Writes a picture. Rejects where it cannot be written. */
  write(file: string, data: string | Uint8Array): Promise<void>;
  /** Says in passing that a file was written. */
  saved(file: string): void;
  /** Tells of something that the person asked for and did not get. */
  showError(error: unknown): void;
}

export interface DashboardOptions {
  readonly data: RunData;
  readonly live: LiveRun;
  readonly actions: DashboardActions;
}

export function dashboardKind(options: DashboardOptions): PanelKind<FromDashboard, ToDashboard> {
  return {
    viewType: 'rlvr.dashboard',
    title: 'Dashboard',
    script: 'dashboard',
    parse: parseFromDashboard,
    open: (view) => new DashboardSession(options, view),
  };
}

export class DashboardSession implements PanelSession<FromDashboard> {
  readonly #options: DashboardOptions;
  readonly #view: DashboardPage;
  #runDir: string | null = null;
  #visible = false;
  #feed: DashboardFeed | null = null;

  constructor(options: DashboardOptions, view: DashboardPage) {
    this.#options = options;
    this.#view = view;
  }

  setRun(runDir: string | null): void {
    this.#runDir = runDir;
    if (this.#visible) this.#begin();
  }

  show(): void {
    this.#visible = true;
    this.#begin();
  }

  hide(): void {
    this.#visible = false;
    this.#end();
  }

  receive(message: FromDashboard): void {
    switch (message.type) {
      case 'show':
      case 'again':
      case 'detail':
        this.#feed?.receive(message);
        return;
      case 'action':
        this.#options.actions.act(message.action, this.#runDir);
        return;
      case 'openGroups':
      case 'openSetting':
      case 'openReward':
      case 'diffRewards':
        if (this.#runDir === null) return;
        this.#openPlace(this.#runDir, message).catch((error: unknown) => this.#options.actions.showError(error));
        return;
      case 'saveFile':
      case 'saveValues':
        this.#save(message).catch((error: unknown) => this.#options.actions.showError(error));
    }
  }

  dispose(): void {
    this.hide();
  }

  #begin(): void {
    this.#end();
    if (this.#runDir === null) {
      this.#view.setTitle('Dashboard');
      this.#view.post({ type: 'empty' });
    } else this.#feed = new DashboardFeed(this.#options, this.#view, this.#runDir);
  }

  #end(): void {
    this.#feed?.dispose();
    this.#feed = null;
  }

  #openPlace(
    runDir: string,
    message: Extract<FromDashboard, { type: 'openGroups' | 'openSetting' | 'openReward' | 'diffRewards' }>,
  ): Promise<void> {
    const { actions } = this.#options;
    switch (message.type) {
      case 'openGroups':
        return actions.openGroups(runDir, message.selection);
      case 'openSetting':
        return actions.openSetting(runDir, message.path);
      case 'openReward':
        return actions.openReward(runDir, message.name);
      case 'diffRewards':
        return actions.diffRewards(runDir, message.step);
    }
  }

  async #save(message: Extract<FromDashboard, { type: 'saveFile' | 'saveValues' }>): Promise<void> {
    const { actions } = this.#options;
    const dir = this.#runDir;
    const format = message.type === 'saveValues' ? 'csv' : message.format;
    const file = await actions.pickFile(message.name, format);
    if (file === null) return;
    if (message.type === 'saveFile') await actions.write(file, message.data);
    else if (dir === null) return;
    else await RunData.once('dashboardSaveValues', { dir, metrics: message.metrics, file });
    actions.saved(file);
  }
}
