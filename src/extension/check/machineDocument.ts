/** The document that "Check This Machine" opens: to look at it is to check, so it is true after a reload too. */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../common/disposable.ts';
import { checkMachine, type CheckMachineOptions } from './checkMachine.ts';

/** Of its own: a scheme has one provider, and `rlvr:` is for texts about runs. */
const SCHEME = 'rlvr-machine';
const ADDRESS = vscode.Uri.from({ scheme: SCHEME, path: '/This Machine.md' });

export class MachineDocument implements Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #disposables = new DisposableStore();

  constructor(options: CheckMachineOptions) {
    this.#disposables.add(this.#changed);
    this.#disposables.add(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
        onDidChange: this.#changed.event,
        provideTextDocumentContent: () => checkMachine(options),
      }),
    );
    this.#disposables.add(
      vscode.languages.registerCodeLensProvider({ scheme: SCHEME }, { provideCodeLenses: installLenses }),
    );
  }

  /** Checks, and shows the document; checks again where it is open already. */
  async show(): Promise<void> {
    this.checkAgain();
    await vscode.window.showTextDocument(ADDRESS, { preview: false });
  }

  /** Where it is open. */
  checkAgain(): void {
    if (vscode.workspace.textDocuments.some(({ uri }) => uri.scheme === SCHEME)) this.#changed.fire(ADDRESS);
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

/** Above what "Install GPU Support" would mend, which the check's own words say. */
function installLenses(document: vscode.TextDocument): vscode.CodeLens[] {
  const line = document
    .getText()
    .split('\n')
    .findIndex((text) => text.includes('"Install GPU Support"'));
  if (line === -1) return [];
  const command = {
    title: vscode.l10n.t('$(cloud-download) Install GPU Support…'),
    tooltip: vscode.l10n.t("Tells the size of ONNX Runtime's libraries for CUDA, and fetches them where you say so"),
    command: 'rlvr.installGpuSupport',
  };
  return [new vscode.CodeLens(new vscode.Range(line, 0, line, 0), command)];
}
