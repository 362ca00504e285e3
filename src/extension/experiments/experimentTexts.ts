/** Read-only texts of one kind about experiment files: where they are, how one is opened beside its experiment, and when it is read anew. */
import * as vscode from 'vscode';
import { UserError } from '../../engine/protocol/errors.ts';
import type { Disposable } from '../common/disposable.ts';
import { experimentOfText, textAddress, type ExperimentText } from './textAddress.ts';

/** An experiment as it stands in its editor, saved or not. */
export interface ExperimentAsked {
  /** Of the file, absolute. */
  readonly path: string;
  readonly text: string;
}

export class ExperimentTexts implements vscode.TextDocumentContentProvider, Disposable {
  readonly #kind: ExperimentText;
  readonly #write: (experiment: ExperimentAsked) => Promise<string>;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registered: vscode.Disposable;
  readonly onDidChange = this.#changed.event;

  /** @param write what the text says */
  constructor(kind: ExperimentText, write: (experiment: ExperimentAsked) => Promise<string>) {
    this.#kind = kind;
    this.#write = write;
    this.#registered = vscode.workspace.registerTextDocumentContentProvider(kind.scheme, this);
  }

  /** Beside the experiment, or where it stands already. @param path of the experiment */
  async show(path: string): Promise<void> {
    const address = this.addressOf(path);
    const shown = vscode.window.visibleTextEditors.find(({ document }) => isAt(document, address));
    await vscode.window.showTextDocument(address, {
      preview: false,
      preserveFocus: true,
      viewColumn: shown?.viewColumn ?? vscode.ViewColumn.Beside,
    });
  }

  /** Writes it anew where it is open. @param path of the experiment */
  refresh(path: string): void {
    const address = this.addressOf(path);
    if (this.openText(path) !== null) this.#changed.fire(address);
  }

  /** What stands there now; null where it is not open. @param path of the experiment */
  openText(path: string): string | null {
    const address = this.addressOf(path);
    return vscode.workspace.textDocuments.find((document) => isAt(document, address))?.getText() ?? null;
  }

  addressOf(path: string): vscode.Uri {
    return vscode.Uri.from(textAddress(this.#kind, path));
  }

  /** The experiment of a text of this kind; null for any other document. */
  experimentOf({ scheme, query }: vscode.Uri): string | null {
    return scheme === this.#kind.scheme ? experimentOfText(query) : null;
  }

  /** For VS Code. Rejects with UserError for an address that nobody made here. */
  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const path = this.experimentOf(uri);
    if (path === null) throw new UserError(vscode.l10n.t('This address is none that RLVR made.'));
    if (!vscode.workspace.isTrusted)
      return vscode.l10n.t('This is worked out by the engine, which runs only in a trusted workspace.');
    const experiment = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
    return this.#write({ path, text: experiment.getText() });
  }

  dispose(): void {
    this.#registered.dispose();
    this.#changed.dispose();
  }
}

function isAt({ uri }: vscode.TextDocument, address: vscode.Uri): boolean {
  return uri.toString() === address.toString();
}
