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
  }

  /** Checks, and shows the document; checks again where it is open already. */
  async show(): Promise<void> {
    if (vscode.workspace.textDocuments.some(({ uri }) => uri.scheme === SCHEME)) this.#changed.fire(ADDRESS);
    await vscode.window.showTextDocument(ADDRESS, { preview: false });
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
