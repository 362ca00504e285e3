/** Above an experiment: "Start", with what changed since its last run, and how that went. */
import * as vscode from 'vscode';
import type { Disposable } from '../common/disposable.ts';
import type { RunData } from '../data/runData.ts';
import { progressText, resultText } from '../runs/runNames.ts';
import type { RunStore } from '../runs/runStore.ts';
import { EXPERIMENT_SELECTOR } from './experimentDocuments.ts';
import { lastRunOf } from './lastRun.ts';

export class ExperimentLenses implements vscode.CodeLensProvider, Disposable {
  readonly #store: RunStore;
  readonly #data: Pick<RunData, 'call'>;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposable: vscode.Disposable;
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(store: RunStore, data: Pick<RunData, 'call'>) {
    this.#store = store;
    this.#data = data;
    this.#disposable = vscode.Disposable.from(
      this.#changed,
      store.onDidChange(() => this.#changed.fire()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#changed.fire()),
      vscode.languages.registerCodeLensProvider(EXPERIMENT_SELECTOR, this),
    );
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const { uri } = document;
    const top = new vscode.Range(0, 0, 0, 0);
    const lenses: vscode.CodeLens[] = [];
    const run = lastRunOf(this.#store.runs, uri.fsPath);
    if (vscode.workspace.isTrusted) {
      const changed = run === null ? null : await this.#sinceLastRun(run.dir, document);
      const title = changed === null ? vscode.l10n.t('$(play) Start') : vscode.l10n.t('$(play) Start ({0})', changed);
      lenses.push(new vscode.CodeLens(top, { command: 'rlvr.startTraining', title, arguments: [uri] }));
      const forecast = {
        command: 'rlvr.forecast.show',
        title: vscode.l10n.t('Forecast…'),
        tooltip: vscode.l10n.t(
          'Tries a little of it, and says what its run will likely be like: signal, time, memory, cost',
        ),
      };
      lenses.push(new vscode.CodeLens(top, { ...forecast, arguments: [uri] }));
    }
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

  /** null where it cannot be said: the text is no experiment at the moment, or the run cannot be read. */
  async #sinceLastRun(dir: string, document: vscode.TextDocument): Promise<string | null> {
    try {
      return await this.#data.call('sinceLastRun', { dir, text: document.getText(), path: document.uri.fsPath });
    } catch {
      return null;
    }
  }

  dispose(): void {
    this.#disposable.dispose();
  }
}
