/** The Runs view: experiments, and under each its runs, newest first; what an engine is about to begin stands above them. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { RunSummary } from '../../engine/run/runs.ts';
import { percent, plural } from '../../engine/words/format.ts';
import { experimentName } from '../../engine/words/naming.ts';
import type { Disposable } from '../common/disposable.ts';
import { DisposableStore } from '../common/disposable.ts';
import type { ListedRun } from '../data/listMethods.ts';
import type { EngineHandle } from '../engine/engineHandle.ts';
import type { Engines } from '../engine/engines.ts';
import { engineTitle, stateText, statusWord } from './stateText.ts';
import type { OpenedRuns } from './openedRuns.ts';
import { fullName, isReadable, progressText, resultText, runName } from './runNames.ts';
import { RunNodes, UNREADABLE, type LeafNode, type RunNode } from './runNodes.ts';
import type { RunStore } from './runStore.ts';
import type { Selection } from './selection.ts';
import { runsUnderWay } from './underWay.ts';

export const RUNS_VIEW = 'rlvr.runs';

export class RunTree implements vscode.TreeDataProvider<RunNode>, Disposable {
  readonly #store: RunStore;
  readonly #engines: Engines;
  readonly #opened: OpenedRuns;
  readonly #nodes: RunNodes;
  readonly #changed = new vscode.EventEmitter<LeafNode[] | undefined>();
  readonly #disposables = new DisposableStore();
  /** What each row shows, to tell only of those that show something else. */
  readonly #shown = new WeakMap<LeafNode, string>();

  readonly onDidChangeTreeData = this.#changed.event;
  readonly view: vscode.TreeView<RunNode>;

  constructor(store: RunStore, engines: Engines, selection: Selection, opened: OpenedRuns) {
    this.#store = store;
    this.#engines = engines;
    this.#opened = opened;
    this.#nodes = new RunNodes(store, engines);
    this.view = this.#disposables.add(
      vscode.window.createTreeView(RUNS_VIEW, { treeDataProvider: this, canSelectMany: true, showCollapseAll: true }),
    );
    const refresh = (): void => {
      this.#tell();
      const running = runsUnderWay(store, engines).length;
      this.view.badge =
        running === 0 ? undefined : { value: running, tooltip: vscode.l10n.t('{0} running', plural(running, 'run')) };
    };
    this.#disposables.add(store.onDidChange(refresh));
    let shown = '';
    this.#disposables.add(
      engines.onDidChange(() => {
        // Steps and phases change ten times a second; a row of the tree only when its words do.
        const now = engines.handles.map((handle) => `${handle.id} ${handle.state.state} ${handle.runDir ?? ''}`).join();
        if (now === shown) return;
        shown = now;
        refresh();
      }),
    );
    this.#disposables.add(
      this.view.onDidChangeSelection(({ selection: [node] }) => {
        if (node?.kind === 'run') selection.select(node.dir);
      }),
    );
    this.#disposables.add(selection.onDidChange((dir) => void this.#reveal(dir)));
    refresh();
  }

  getChildren(node?: RunNode): RunNode[] {
    if (node === undefined) return [...this.#nodes.roots];
    return node.kind === 'experiment' ? [...node.children] : [];
  }

  getParent(node: RunNode): RunNode | undefined {
    return this.#nodes.roots.find(({ children }) => children.some((child) => child === node));
  }

  getTreeItem(node: RunNode): vscode.TreeItem {
    switch (node.kind) {
      case 'experiment':
        return experimentItem(node.path, this.#opened);
      case 'engine':
        return engineItem(node.handle, this.#store);
      case 'run':
        return this.#runItem(node.dir);
    }
  }

  dispose(): void {
    this.#disposables.dispose();
    this.#changed.dispose();
  }

  /** All of it where rows came or went, else the rows that show something else: the others keep their menus. */
  #tell(): void {
    const moved = this.#nodes.regroup();
    const changed = this.#nodes.leaves.filter((leaf) => {
      const { label, description, tooltip, contextValue, iconPath, accessibilityInformation } = this.getTreeItem(leaf);
      const shows = JSON.stringify([label, description, tooltip, contextValue, iconPath, accessibilityInformation]);
      const isNew = this.#shown.get(leaf) !== shows;
      this.#shown.set(leaf, shows);
      return isNew;
    });
    if (moved) this.#changed.fire(undefined);
    else if (changed.length > 0) this.#changed.fire(changed);
  }

  #runItem(dir: string): vscode.TreeItem {
    const run = this.#store.get(dir);
    // Deleted since; its row is about to go.
    if (run === undefined) return new vscode.TreeItem(basename(dir));
    const item = new vscode.TreeItem(runName(run));
    item.id = run.dir;
    if (!isReadable(run)) {
      item.description = vscode.l10n.t('cannot be read');
      item.tooltip = run.error;
      item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
      item.contextValue = ['unreadable', ...(this.#opened.isOpened(run.dir) ? ['opened'] : [])].join('.');
      return item;
    }
    const handle = this.#engines.ofRun(run.dir);
    const state = stateOf(run, handle);
    item.description = [progressText(run), handle && restingText(handle, state), run.label.starred ? '★' : null]
      .filter((part) => part !== null && part !== '')
      .join(' · ');
    item.iconPath = icon(state, run.crashed);
    item.contextValue = [
      'run',
      state,
      ...(handle === null ? [] : ['ours']),
      run.label.starred ? 'starred' : 'plain',
      ...(this.#opened.isOpened(run.dir) ? ['opened'] : []),
    ].join('.');
    const word = state === 'queued' ? restingText(handle, state) : statusWord(run);
    item.tooltip = tooltip(run, word);
    item.accessibilityInformation = { label: `${fullName(run)}, ${word}, ${progressText(run)}` };
    item.command = { command: 'rlvr.run.select', title: vscode.l10n.t('Open Dashboard'), arguments: [run.dir] };
    return item;
  }

  async #reveal(dir: string | null): Promise<void> {
    if (
      dir === null ||
      !this.view.visible ||
      this.view.selection.some((node) => node.kind === 'run' && node.dir === dir)
    )
      return;
    const node = this.#nodes.leaves.find((leaf) => leaf.kind === 'run' && leaf.dir === dir);
    if (node) await this.view.reveal(node, { select: true, focus: false });
  }
}

/** Where a run stands, for its icon and its menu: one that waits or loads to be resumed is `queued`. */
type RowState = RunSummary['status'] | 'paused' | 'queued';

function stateOf({ status }: RunSummary, handle: EngineHandle | null): RowState {
  if (handle === null) return status;
  if (status !== 'running') return 'queued';
  return handle.state.state === 'paused' ? 'paused' : 'running';
}

function experimentItem(path: string, opened: OpenedRuns): vscode.TreeItem {
  const name = path === UNREADABLE ? vscode.l10n.t('Cannot be read') : experimentName(path);
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `experiment ${path}`;
  if (path === UNREADABLE) return item;
  // One that came with an opened run is somebody else's: it can be read here, not started.
  item.contextValue = opened.isFromHere(path) ? 'experiment' : 'experiment.elsewhere';
  item.iconPath = new vscode.ThemeIcon('beaker');
  item.tooltip = path;
  return item;
}

function engineItem(handle: EngineHandle, store: RunStore): vscode.TreeItem {
  const item = new vscode.TreeItem(engineTitle(handle, store));
  item.id = `engine ${handle.id}`;
  item.description = stateText(handle);
  item.iconPath = new vscode.ThemeIcon('loading~spin');
  item.contextValue = 'engine';
  return item;
}

/** What a run's engine does, where that changes rarely enough for a tree: its steps tell that it works. */
function restingText(handle: EngineHandle | null, state: RowState): string {
  if (handle?.state.state !== 'working') return stateText(handle);
  return state === 'queued' ? vscode.l10n.t('loading') : '';
}

function icon(state: RowState, crashed: boolean): vscode.ThemeIcon {
  if (state === 'queued') return new vscode.ThemeIcon('loading~spin');
  if (crashed) return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  switch (state) {
    case 'running':
      return new vscode.ThemeIcon('pulse', new vscode.ThemeColor('charts.green'));
    case 'paused':
      return new vscode.ThemeIcon('debug-pause');
    case 'stopped':
      return new vscode.ThemeIcon('stop-circle');
    case 'finished':
      return new vscode.ThemeIcon('check');
    case 'failed':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  }
}

function tooltip(run: ListedRun & RunSummary, word: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  const line = (value: string): void => void text.appendText(`${value}\n\n`);
  line(`${fullName(run)}: ${word}`);
  line(vscode.l10n.t('Step {0} of {1}', run.lastStep ?? 0, run.steps));
  const result = resultText(run);
  const held = run.lastEvaluation;
  if (held !== null) {
    const { value, low, high } = held.accuracy;
    line(vscode.l10n.t('Held-out accuracy {0} ({1} to {2})', percent(value), percent(low), percent(high)));
  } else if (result !== '') line(vscode.l10n.t('Reward {0}', result));
  if (run.message !== null) line(run.message);
  line(run.dir);
  return text;
}
