/**
 * The page in one tab: under a policy that lets nothing but our own script and style sheet run in it, filled when it becomes visible,
 * told of changes while it is, and nothing while it is not.
 */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../common/disposable.ts';
import { panelHtml } from './panelHtml.ts';

export interface PageKind<FromPanel> {
  readonly title: string;
  /** `dashboard`: the script and style sheet `dist/webview/<script>.{js,css}`. */
  readonly script: string;
  /** Reads a message of the panel; null for what it does not know, which is ignored. */
  parse(message: unknown): FromPanel | null;
}

/** The side of the page that its content talks to. */
export interface PanelView<ToPanel> {
  /** To the panel's script; dropped while the panel is hidden. */
  post(message: ToPanel): void;
  setTitle(title: string): void;
}

/** What fills the page. */
export interface PageContent<FromPanel> {
  /** The panel is visible and its script runs but shows nothing yet: send everything. */
  show(): void;
  /** The panel is hidden: stop whatever was going on for it. */
  hide(): void;
  /** What the script says, parsed. */
  receive(message: FromPanel): void;
}

/** The script says this as soon as it listens, each time its page is loaded. */
const READY = 'ready';

export class PanelPage<FromPanel, ToPanel> implements PanelView<ToPanel>, Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #root: vscode.Uri;
  readonly #disposables = new DisposableStore();
  #ready = false;
  #kept: unknown = null;

  constructor(panel: vscode.WebviewPanel, extensionUri: vscode.Uri) {
    this.#panel = panel;
    this.#root = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
    // A tab's icon is a picture, which takes no colour from the theme.
    const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(extensionUri, 'media', 'tab', `${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    panel.webview.options = { enableScripts: true, localResourceRoots: [this.#root] };
  }

  /** Loads the page; `content` is called from now on until the page is disposed. */
  load(kind: PageKind<FromPanel>, content: PageContent<FromPanel>): void {
    const panel = this.#panel;
    this.#disposables.add(
      panel.webview.onDidReceiveMessage((message: unknown) => {
        if (isReady(message)) {
          this.#ready = true;
          this.#tellKept();
          if (panel.visible) content.show();
          return;
        }
        const parsed = kind.parse(message);
        if (parsed !== null) content.receive(parsed);
      }),
    );
    this.#disposables.add(
      panel.onDidChangeViewState(() => {
        if (panel.visible) return;
        // A hidden page is thrown away; it says when it is there again.
        this.#ready = false;
        content.hide();
      }),
    );
    panel.webview.html = panelHtml({
      title: kind.title,
      script: kind.script,
      nonce: randomBytes(16).toString('base64'),
      cspSource: panel.webview.cspSource,
      language: vscode.env.language,
      uri: (file) => panel.webview.asWebviewUri(vscode.Uri.joinPath(this.#root, file)).toString(),
    });
  }

  post(message: ToPanel): void {
    this.#post(message);
  }

  /** Has the script keep something with the tab, which `keptState` finds after "Reload Window". */
  keep(kept: unknown): void {
    this.#kept = kept;
    this.#tellKept();
  }

  setTitle(title: string): void {
    this.#panel.title = title;
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #tellKept(): void {
    this.#post({ type: 'keep', kept: this.#kept });
  }

  #post(message: unknown): void {
    if (this.#panel.visible && this.#ready) void this.#panel.webview.postMessage(message);
  }
}

/** What `keep` was given, out of the state with which a panel is restored. */
export function keptState(state: unknown): unknown {
  return typeof state === 'object' && state !== null && 'kept' in state ? state.kept : null;
}

function isReady(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === READY;
}
