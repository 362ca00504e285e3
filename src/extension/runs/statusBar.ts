/** One item in the status bar while something runs: `$(pulse) 120/400 · 0.43`. */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../common/disposable.ts';
import type { Engines } from '../engine/engines.ts';
import { fullName, progressText } from './runNames.ts';
import type { RunStore } from './runStore.ts';
import { runningRuns } from './runTree.ts';
import type { Selection } from './selection.ts';
import { stateText } from './stateText.ts';

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
    const runs = runningRuns(this.#store);
    const shown = runs.find(({ dir }) => dir === this.#selection.current) ?? runs[0];
    const starting = this.#engines.handles.filter(({ job, runDir }) => job.kind !== 'evaluate' && runDir === null);
    const evaluating = this.#engines.handles.filter(({ job }) => job.kind === 'evaluate');
    if (shown === undefined && starting.length + evaluating.length === 0) {
      this.#item.hide();
      return;
    }
    const more = runs.length + starting.length + evaluating.length - 1;
    const handle = shown === undefined ? (starting[0] ?? evaluating[0] ?? null) : this.#engines.ofRun(shown.dir);
    const icon = handle?.state.state === 'paused' ? '$(debug-pause)' : '$(pulse)';
    const words = shown === undefined ? stateText(handle) : progressText(shown);
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
    for (const run of runningRuns(this.#store)) {
      const handle = this.#engines.ofRun(run.dir);
      text.appendText(`${fullName(run)}: ${progressText(run)}${handle === null ? '' : `, ${stateText(handle)}`}\n\n`);
    }
    for (const handle of this.#engines.handles)
      if (handle.runDir === null) text.appendText(`${vscode.l10n.t('New run')}: ${stateText(handle)}\n\n`);
    return text;
  }
}
