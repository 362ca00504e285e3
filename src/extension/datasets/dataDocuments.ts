/** "Data" above an experiment: a read-only text with parts, leaks between them, columns, lengths and first rows. To look at it is to look at the data anew. */
import * as vscode from 'vscode';
import { dataText } from '../../engine/analysis/dataText.ts';
import { UserError } from '../../engine/protocol/errors.ts';
import { DisposableStore, type Disposable } from '../common/disposable.ts';
import type { Engines } from '../engine/engines.ts';
import { isExperiment } from '../experiments/experimentDocuments.ts';
import { DATA_TEXT, experimentOfText, textAddress } from '../experiments/textAddress.ts';

export class DataDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #engines: Pick<Engines, 'describeData'>;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #disposables = new DisposableStore();
  readonly onDidChange = this.#changed.event;

  constructor(engines: Pick<Engines, 'describeData'>) {
    this.#engines = engines;
    this.#disposables.add(
      vscode.Disposable.from(
        this.#changed,
        vscode.workspace.registerTextDocumentContentProvider(DATA_TEXT.scheme, this),
        vscode.workspace.onDidSaveTextDocument((document) => {
          if (isExperiment(document)) this.refresh(document.uri);
        }),
      ),
    );
  }

  /** Looks at the data of an experiment, and shows it beside. */
  async show(experiment: vscode.Uri): Promise<void> {
    this.refresh(experiment);
    await vscode.window.showTextDocument(vscode.Uri.from(textAddress(DATA_TEXT, experiment.fsPath)), {
      preview: false,
      preserveFocus: true,
      viewColumn: vscode.ViewColumn.Beside,
    });
  }

  /** Looks again where it is open. */
  refresh(experiment: vscode.Uri): void {
    const address = vscode.Uri.from(textAddress(DATA_TEXT, experiment.fsPath));
    const isOpen = vscode.workspace.textDocuments.some(({ uri }) => uri.toString() === address.toString());
    if (isOpen) this.#changed.fire(address);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const path = experimentOfText(uri.query);
    if (path === null) throw new UserError(vscode.l10n.t('This address is none that RLVR made.'));
    if (!vscode.workspace.isTrusted)
      return vscode.l10n.t('Data is read by the engine, which runs only in a trusted workspace.');
    const experiment = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
    try {
      const overview = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Reading the data') },
        () => this.#engines.describeData({ path, text: experiment.getText() }),
      );
      return `${dataText(overview).join('\n')}\n`;
    } catch (error) {
      if (error instanceof UserError) return `${vscode.l10n.t('The data cannot be shown yet.')}\n\n${error.message}\n`;
      throw error;
    }
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
