/** Above an experiment: "Start", and how its last run went. */
import * as vscode from 'vscode';
import type { Disposable } from '../common/disposable.ts';
import { progressText, resultText } from '../runs/runNames.ts';
import type { RunStore } from '../runs/runStore.ts';
import { EXPERIMENT_SELECTOR } from './experimentDocuments.ts';
import { lastRunOf } from './lastRun.ts';

export class ExperimentLenses implements vscode.CodeLensProvider, Disposable {
  readonly #store: RunStore;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposable: vscode.Disposable;
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(store: RunStore) {
    this.#store = store;
    this.#disposable = vscode.Disposable.from(
      this.#changed,
      store.onDidChange(() => this.#changed.fire()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#changed.fire()),
      vscode.languages.registerCodeLensProvider(EXPERIMENT_SELECTOR, this),
    );
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const top = new vscode.Range(0, 0, 0, 0);
    const lenses: vscode.CodeLens[] = [];
    if (vscode.workspace.isTrusted) {
      const start = { command: 'rlvr.startTraining', title: vscode.l10n.t('$(play) Start'), arguments: [uri] };
      lenses.push(new vscode.CodeLens(top, start));
    }
    const run = lastRunOf(this.#store.runs, uri.fsPath);
    if (run !== null) {
      const title =
        run.status === 'running'
          ? vscode.l10n.t('Running {0}', progressText(run))
          : vscode.l10n.t('Last run {0}', resultText(run)).trim();
      const tooltip = vscode.l10n.t('Show this run in the Dashboard');
      lenses.push(new vscode.CodeLens(top, { command: 'rlvr.run.select', title, tooltip, arguments: [run.dir] }));
    }
    return lenses;
  }

  dispose(): void {
    this.#disposable.dispose();
  }
}
