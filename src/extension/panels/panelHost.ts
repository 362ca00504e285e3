/**
 * The tabs of one kind of panel. One tab follows the selected run; a pinned one keeps its run. After "Reload Window" a tab is filled
 * by the same way as at first.
 */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../common/disposable.ts';
import type { Event } from '../common/event.ts';
import { keptState, PanelPage, type PageContent, type PageKind, type PanelView } from './panelPage.ts';

export type { PanelView };

/** What fills one tab. It lives as long as the tab. */
export interface PanelSession<FromPanel> extends PageContent<FromPanel>, Disposable {
  /** The run to show from now on, null for none. Comes before the first `show`. */
  setRun(runDir: string | null): void;
}

export interface PanelKind<
  FromPanel,
  ToPanel,
  Session extends PanelSession<FromPanel> = PanelSession<FromPanel>,
> extends PageKind<FromPanel> {
  /** `rlvr.dashboard`: the view type, in the manifest's activation events and menus. */
  readonly viewType: string;
  open(view: PanelView<ToPanel>): Session;
}

export interface RunSelection {
  readonly current: string | null;
  readonly onDidChange: Event<string | null>;
}

/** What a panel's script keeps (`vscode.setState`) that the host must know after a reload. */
interface SavedState {
  readonly pinnedRun: string | null;
}

interface Tab<Session> {
  readonly panel: vscode.WebviewPanel;
  readonly session: Session;
  pinnedRun: string | null;
  setRun(runDir: string | null): void;
}

export class PanelHost<
  FromPanel,
  ToPanel,
  Session extends PanelSession<FromPanel> = PanelSession<FromPanel>,
> implements Disposable {
  readonly #kind: PanelKind<FromPanel, ToPanel, Session>;
  readonly #extensionUri: vscode.Uri;
  readonly #selection: RunSelection;
  readonly #tabs = new Set<Tab<Session>>();
  readonly #disposables = new DisposableStore();

  constructor(kind: PanelKind<FromPanel, ToPanel, Session>, extensionUri: vscode.Uri, selection: RunSelection) {
    this.#kind = kind;
    this.#extensionUri = extensionUri;
    this.#selection = selection;
    this.#disposables.add(
      vscode.window.registerWebviewPanelSerializer(kind.viewType, {
        deserializeWebviewPanel: (panel, state) => {
          this.#fill(panel, parseState(state).pinnedRun);
          return Promise.resolve();
        },
      }),
    );
    this.#disposables.add(
      selection.onDidChange((run) => {
        for (const tab of this.#tabs) if (tab.pinnedRun === null) tab.setRun(run);
      }),
    );
  }

  /** Shows the tab that follows the selected run, or the one pinned to `pinnedRun`; makes it where there is none. Returns what fills it. */
  open(options: {
    readonly column: vscode.ViewColumn;
    readonly preserveFocus: boolean;
    readonly pinnedRun?: string;
  }): Session {
    const pinnedRun = options.pinnedRun ?? null;
    const existing = [...this.#tabs].find((tab) => tab.pinnedRun === pinnedRun);
    if (existing) {
      existing.panel.reveal(undefined, options.preserveFocus);
      return existing.session;
    }
    const panel = vscode.window.createWebviewPanel(
      this.#kind.viewType,
      this.#kind.title,
      { viewColumn: options.column, preserveFocus: options.preserveFocus },
      { enableFindWidget: true },
    );
    return this.#fill(panel, pinnedRun);
  }

  /** Whether a tab of this kind has the focus, with its run. */
  active(): { readonly runDir: string | null } | null {
    const tab = [...this.#tabs].find(({ panel }) => panel.active);
    return tab ? { runDir: tab.pinnedRun ?? this.#selection.current } : null;
  }

  /** The runs that are shown in tabs, seen at the moment or not. */
  shownRuns(): readonly string[] {
    const runs = [...this.#tabs].map(({ pinnedRun }) => pinnedRun ?? this.#selection.current);
    return runs.filter((run) => run !== null);
  }

  /** Fills the tabs that show a run again, which is called by another name, say. */
  refill(runDir: string): void {
    for (const tab of this.#tabs) if ((tab.pinnedRun ?? this.#selection.current) === runDir) tab.setRun(runDir);
  }

  /** Keeps the active tab at the run it shows, or lets it follow again. */
  setPinned(pinned: boolean): void {
    const tab = [...this.#tabs].find(({ panel }) => panel.active);
    if (!tab) return;
    tab.pinnedRun = pinned ? (tab.pinnedRun ?? this.#selection.current) : null;
    tab.setRun(tab.pinnedRun ?? this.#selection.current);
    tellPinned(tab);
  }

  /** Leaves the tabs open: after "Reload Window" they are filled again. */
  dispose(): void {
    this.#disposables.dispose();
  }

  #fill(panel: vscode.WebviewPanel, pinnedRun: string | null): Session {
    const disposables = new DisposableStore();
    const page = disposables.add(new PanelPage<FromPanel, ToPanel>(panel, this.#extensionUri));
    const session = disposables.add(this.#kind.open(page));
    const tab: Tab<Session> = {
      panel,
      session,
      pinnedRun,
      setRun: (run) => {
        session.setRun(run);
        const saved: SavedState = { pinnedRun: tab.pinnedRun };
        page.keep(saved);
      },
    };
    disposables.add(panel.onDidChangeViewState(() => panel.active && tellPinned(tab)));
    panel.onDidDispose(() => {
      this.#tabs.delete(tab);
      disposables.dispose();
    });
    this.#tabs.add(tab);
    tab.setRun(pinnedRun ?? this.#selection.current);
    page.load(this.#kind, session);
    // One that is active from the beginning tells of no change.
    if (panel.active) tellPinned(tab);
    return session;
  }
}

/** For the buttons of the tab's title bar. */
function tellPinned({ pinnedRun }: Pick<Tab<unknown>, 'pinnedRun'>): void {
  void vscode.commands.executeCommand('setContext', 'rlvr.panelPinned', pinnedRun !== null);
}

function parseState(state: unknown): SavedState {
  const kept = keptState(state);
  const pinned = typeof kept === 'object' && kept !== null && 'pinnedRun' in kept ? kept.pinnedRun : null;
  return { pinnedRun: typeof pinned === 'string' ? pinned : null };
}
