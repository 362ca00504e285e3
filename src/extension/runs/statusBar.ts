/** One item in the status bar while something runs: `$(pulse) 120/400 · 0.43`. */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../common/disposable.ts';
import type { Engines } from '../engine/engines.ts';
import { fullName, progressText } from './runNames.ts';
import type { RunStore } from './runStore.ts';
import type { Selection } from './selection.ts';
import { engineTitle, stateText } from './stateText.ts';
import { enginesWithoutRun, runsUnderWay } from './underWay.ts';

export class StatusBar implements Disposable {
  readonly #store: RunStore;
  readonly #engines: Engines;
  readonly #selection: Selection;
  readonly #item: vscode.StatusBarItem;
  readonly #disposables = new DisposableStore();

  constructor(store: RunStore, engines: Engines, selection: Selection) {
    this.#store = store;
    this.#engines = engines;
    this.#selection = selection;
    this.#item = this.#disposables.add(
      vscode.window.createStatusBarItem('rlvr.status', vscode.StatusBarAlignment.Left, 0),
    );
    this.#item.name = 'RLVR';
    const update = (): void => this.#update();
    this.#disposables.add(store.onDidChange(update));
    this.#disposables.add(engines.onDidChange(update));
    this.#disposables.add(selection.onDidChange(update));
    update();
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #update(): void {
    const runs = runsUnderWay(this.#store, this.#engines);
    const others = enginesWithoutRun(this.#store, this.#engines);
    const shown = runs.find(({ dir }) => dir === this.#selection.current) ?? runs[0];
    if (shown === undefined && others.length === 0) {
      this.#item.hide();
      return;
    }
    const more = runs.length + others.length - 1;
    const handle = shown === undefined ? (others[0] ?? null) : this.#engines.ofRun(shown.dir);
    const icon = handle?.state.state === 'paused' ? '$(debug-pause)' : '$(pulse)';
    // A run that is about to be resumed has no progress yet.
    const progress = shown?.status === 'running' ? progressText(shown) : stateText(handle);
    // Who has pulled the plug did not pause it, and is told why it stands.
    const onBattery = handle?.state.state === 'paused' && handle.state.onBattery === true;
    const words = onBattery && shown?.status === 'running' ? `${progress} · ${stateText(handle)}` : progress;
    this.#item.text = `${icon} ${words}${more > 0 ? ` (+${more})` : ''}`;
    this.#item.tooltip = this.#tooltip();
    this.#item.accessibilityInformation = { label: vscode.l10n.t('Training: {0}', words) };
    this.#item.command =
      shown === undefined
        ? 'rlvr.openDashboard'
        : { command: 'rlvr.run.select', title: vscode.l10n.t('Open Dashboard'), arguments: [shown.dir] };
    this.#item.show();
  }

  #tooltip(): vscode.MarkdownString {
    const text = new vscode.MarkdownString();
    for (const run of runsUnderWay(this.#store, this.#engines)) {
      const handle = this.#engines.ofRun(run.dir);
      text.appendText(`${fullName(run)}: ${progressText(run)}${handle === null ? '' : `, ${stateText(handle)}`}\n\n`);
    }
    for (const handle of enginesWithoutRun(this.#store, this.#engines))
      text.appendText(`${engineTitle(handle, this.#store)}: ${stateText(handle)}\n\n`);
    return text;
  }
}
