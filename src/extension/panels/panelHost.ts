/**
 * The tabs of one kind of panel. One tab follows the selected run; a pinned one keeps its run. A tab is filled when it becomes
 * visible, gets changes while it is, and nothing while it is not; after "Reload Window" it is filled again by the same way.
 */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../common/disposable.ts';
import type { Event } from '../common/event.ts';

/** The side of the host that a session talks to. */
export interface PanelView<ToPanel> {
  /** To the panel's script; dropped while the panel is hidden. */
  post(message: ToPanel): void;
  setTitle(title: string): void;
  /** Opens an editor beside, and not over, the panel. */
  readonly columnBeside: vscode.ViewColumn;
}

/** What fills one tab. It lives as long as the tab. */
export interface PanelSession<FromPanel> extends Disposable {
  /** The run to show from now on, null for none. Comes before the first `show`. */
  setRun(runDir: string | null): void;
  /** The panel is visible and its script runs but shows nothing yet: send everything. */
  show(): void;
  /** The panel is hidden: stop whatever was going on for it. */
  hide(): void;
  /** What the script says, parsed. */
  receive(message: FromPanel): void;
}

export interface PanelKind<FromPanel, ToPanel> {
  /** `rlvr.dashboard`: the view type, in the manifest's activation events and menus. */
  readonly viewType: string;
  readonly title: string;
  /** `dashboard`: the script and style sheet `dist/webview/<script>.{js,css}`. */
  readonly script: string;
  /** Reads a message of the panel; null for what it does not know, which is ignored. */
  parse(message: unknown): FromPanel | null;
  open(view: PanelView<ToPanel>): PanelSession<FromPanel>;
}

export interface RunSelection {
  readonly current: string | null;
  readonly onDidChange: Event<string | null>;
}

/** What a panel's script keeps (`vscode.setState`) that the host must know after a reload. */
interface SavedState {
  readonly pinnedRun: string | null;
}

interface Tab {
  readonly panel: vscode.WebviewPanel;
  pinnedRun: string | null;
  setRun(runDir: string | null): void;
}

/** The script says this as soon as it listens, each time its page is loaded. */
const READY = 'ready';

export class PanelHost<FromPanel, ToPanel> implements Disposable {
  readonly #kind: PanelKind<FromPanel, ToPanel>;
  readonly #extensionUri: vscode.Uri;
  readonly #selection: RunSelection;
  readonly #tabs = new Set<Tab>();
  readonly #disposables = new DisposableStore();

  constructor(kind: PanelKind<FromPanel, ToPanel>, extensionUri: vscode.Uri, selection: RunSelection) {
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

  /** Shows the tab that follows the selected run, or the one pinned to `pinnedRun`; makes it where there is none. */
  open(options: {
    readonly column: vscode.ViewColumn;
    readonly preserveFocus: boolean;
    readonly pinnedRun?: string;
  }): void {
    const pinnedRun = options.pinnedRun ?? null;
    const existing = [...this.#tabs].find((tab) => tab.pinnedRun === pinnedRun);
    if (existing) {
      existing.panel.reveal(undefined, options.preserveFocus);
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      this.#kind.viewType,
      this.#kind.title,
      { viewColumn: options.column, preserveFocus: options.preserveFocus },
      { enableFindWidget: true },
    );
    this.#fill(panel, pinnedRun);
  }

  /** Whether a tab of this kind has the focus, with its run. */
  active(): { readonly runDir: string | null } | null {
    const tab = [...this.#tabs].find(({ panel }) => panel.active);
    return tab ? { runDir: tab.pinnedRun ?? this.#selection.current } : null;
  }

  /** Keeps the active tab at the run it shows, or lets it follow again. */
  setPinned(pinned: boolean): void {
    const tab = [...this.#tabs].find(({ panel }) => panel.active);
    if (!tab) return;
    tab.pinnedRun = pinned ? this.#selection.current : null;
    tab.setRun(tab.pinnedRun ?? this.#selection.current);
  }

  dispose(): void {
    for (const { panel } of this.#tabs) panel.dispose();
    this.#disposables.dispose();
  }

  #fill(panel: vscode.WebviewPanel, pinnedRun: string | null): void {
    const disposables = new DisposableStore();
    const root = vscode.Uri.joinPath(this.#extensionUri, 'dist', 'webview');
    panel.iconPath = vscode.Uri.joinPath(this.#extensionUri, 'media', 'rlvr.svg');
    panel.webview.options = { enableScripts: true, localResourceRoots: [root] };
    let ready = false;
    const session = this.#kind.open({
      post: (message) => {
        if (panel.visible && ready) void panel.webview.postMessage(message);
      },
      setTitle: (title) => (panel.title = title),
      get columnBeside() {
        return panel.viewColumn === vscode.ViewColumn.One ? vscode.ViewColumn.Two : vscode.ViewColumn.One;
      },
    });
    const tab: Tab = {
      panel,
      pinnedRun,
      setRun: (run) => {
        session.setRun(run);
        // The script keeps it for after a reload.
        if (panel.visible && ready) void panel.webview.postMessage({ type: 'pinned', pinnedRun: tab.pinnedRun });
      },
    };
    disposables.add(session);
    disposables.add(
      panel.webview.onDidReceiveMessage((message: unknown) => {
        if (isReady(message)) {
          ready = true;
          void panel.webview.postMessage({ type: 'pinned', pinnedRun: tab.pinnedRun });
          if (panel.visible) session.show();
          return;
        }
        const parsed = this.#kind.parse(message);
        if (parsed !== null) session.receive(parsed);
      }),
    );
    disposables.add(
      panel.onDidChangeViewState(() => {
        if (panel.visible) return;
        // A hidden page is thrown away; it says when it is there again.
        ready = false;
        session.hide();
      }),
    );
    panel.onDidDispose(() => {
      this.#tabs.delete(tab);
      disposables.dispose();
    });
    this.#tabs.add(tab);
    session.setRun(pinnedRun ?? this.#selection.current);
    panel.webview.html = html(panel.webview, root, this.#kind);
  }
}

function isReady(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === READY;
}

function parseState(state: unknown): SavedState {
  const pinned = typeof state === 'object' && state !== null && 'pinnedRun' in state ? state.pinnedRun : null;
  return { pinnedRun: typeof pinned === 'string' ? pinned : null };
}

/** The page: nothing but our own script and style sheet may run in it, and it can reach nothing. */
function html(
  webview: vscode.Webview,
  root: vscode.Uri,
  { script, title }: { readonly script: string; readonly title: string },
): string {
  const nonce = randomBytes(16).toString('base64');
  const uri = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(root, file)).toString();
  const csp = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `img-src ${webview.cspSource} data:`,
    `font-src ${webview.cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${csp}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${uri('ui.css')}">
<link rel="stylesheet" href="${uri(`${script}.css`)}">
</head>
<body>
<main id="root"></main>
<script type="module" nonce="${nonce}" src="${uri(`${script}.js`)}"></script>
</body>
</html>`;
}
