/** The Runs view: experiments, and under each its runs, newest first; what an engine is about to begin stands above them. */
import * as vscode from 'vscode';
import type { RunSummary } from '../../engine/run/runs.ts';
import { percent, plural } from '../../engine/words/format.ts';
import { experimentName } from '../../engine/words/naming.ts';
import type { Disposable } from '../common/disposable.ts';
import { DisposableStore } from '../common/disposable.ts';
import type { ListedRun } from '../data/listMethods.ts';
import type { EngineHandle } from '../engine/engineHandle.ts';
import type { Engines } from '../engine/engines.ts';
import { stateText } from './stateText.ts';
import { fullName, isReadable, progressText, resultText, runName } from './runNames.ts';
import type { RunStore } from './runStore.ts';
import type { Selection } from './selection.ts';

export type RunNode =
  | { readonly kind: 'experiment'; readonly path: string; readonly children: readonly RunNode[] }
  | { readonly kind: 'run'; readonly run: ListedRun }
  /** An engine that has no run yet: it waits for its turn, or loads. */
  | { readonly kind: 'engine'; readonly handle: EngineHandle };

/** Runs whose files cannot be read, by no experiment's name. */
const UNREADABLE = '';

export const RUNS_VIEW = 'rlvr.runs';

export class RunTree implements vscode.TreeDataProvider<RunNode>, Disposable {
  readonly #store: RunStore;
  readonly #engines: Engines;
  readonly #opened: (runDir: string) => boolean;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables = new DisposableStore();
  #roots: RunNode[] | null = null;

  readonly onDidChangeTreeData = this.#changed.event;
  readonly view: vscode.TreeView<RunNode>;

  /** @param opened whether a run is shown because its folder was opened, and not for where it lies */
  constructor(store: RunStore, engines: Engines, selection: Selection, opened: (runDir: string) => boolean) {
    this.#store = store;
    this.#engines = engines;
    this.#opened = opened;
    this.view = this.#disposables.add(
      vscode.window.createTreeView(RUNS_VIEW, { treeDataProvider: this, canSelectMany: true, showCollapseAll: true }),
    );
    const refresh = (): void => {
      this.#roots = null;
      this.#changed.fire();
      const running = runningRuns(store).length;
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
        if (node?.kind === 'run') selection.select(node.run.dir);
      }),
    );
    this.#disposables.add(selection.onDidChange((dir) => void this.#reveal(dir)));
    refresh();
  }

  getChildren(node?: RunNode): RunNode[] {
    if (node === undefined) return (this.#roots ??= this.#group());
    return node.kind === 'experiment' ? [...node.children] : [];
  }

  getParent(node: RunNode): RunNode | undefined {
    return this.getChildren().find((root) => root.kind === 'experiment' && root.children.includes(node));
  }

  getTreeItem(node: RunNode): vscode.TreeItem {
    switch (node.kind) {
      case 'experiment':
        return experimentItem(node.path);
      case 'engine':
        return engineItem(node.handle);
      case 'run':
        return this.#runItem(node.run);
    }
  }

  dispose(): void {
    this.#disposables.dispose();
    this.#changed.dispose();
  }

  #group(): RunNode[] {
    const groups = new Map<string, RunNode[]>();
    const add = (path: string, node: RunNode): void => {
      const group = groups.get(path);
      if (group) group.push(node);
      else groups.set(path, [node]);
    };
    for (const handle of this.#engines.handles)
      if (handle.job.kind === 'train' && (handle.runDir === null || this.#store.get(handle.runDir) === undefined))
        add(handle.job.experimentPath, { kind: 'engine', handle });
    for (const run of this.#store.runs) add(isReadable(run) ? run.experimentPath : UNREADABLE, { kind: 'run', run });
    return [...groups].map(([path, children]) => ({ kind: 'experiment', path, children }));
  }

  #runItem(run: ListedRun): vscode.TreeItem {
    const item = new vscode.TreeItem(runName(run));
    item.id = run.dir;
    if (!isReadable(run)) {
      item.description = vscode.l10n.t('cannot be read');
      item.tooltip = run.error;
      item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
      item.contextValue = 'unreadable';
      return item;
    }
    const handle = this.#engines.ofRun(run.dir);
    const live = run.status === 'running' ? handle : null;
    const state = live?.state.state === 'paused' ? 'paused' : run.status;
    item.description = [progressText(run), live === null ? null : restingText(live), run.label.starred ? '★' : null]
      .filter((part) => part !== null && part !== '')
      .join(' · ');
    item.iconPath = icon(state, run.crashed);
    item.contextValue = [
      'run',
      state,
      ...(live === null ? [] : ['ours']),
      run.label.starred ? 'starred' : 'plain',
      ...(this.#opened(run.dir) ? ['opened'] : []),
    ].join('.');
    item.tooltip = tooltip(run);
    item.accessibilityInformation = { label: `${fullName(run)}, ${statusWord(run)}, ${progressText(run)}` };
    item.command = { command: 'rlvr.run.select', title: vscode.l10n.t('Open Dashboard'), arguments: [run.dir] };
    return item;
  }

  async #reveal(dir: string | null): Promise<void> {
    if (
      dir === null ||
      !this.view.visible ||
      this.view.selection.some((node) => node.kind === 'run' && node.run.dir === dir)
    )
      return;
    const node = this.getChildren()
      .flatMap((root) => this.getChildren(root))
      .find((child) => child.kind === 'run' && child.run.dir === dir);
    if (node) await this.view.reveal(node, { select: true, focus: false });
  }
}

/** The runs under way, whoever started them. */
export function runningRuns(store: RunStore): readonly (ListedRun & RunSummary)[] {
  return store.runs.filter(isReadable).filter(({ status }) => status === 'running');
}

export function statusWord({ status, crashed }: RunSummary): string {
  if (crashed) return vscode.l10n.t('ended unexpectedly');
  switch (status) {
    case 'running':
      return vscode.l10n.t('running');
    case 'stopped':
      return vscode.l10n.t('stopped');
    case 'finished':
      return vscode.l10n.t('finished');
    case 'failed':
      return vscode.l10n.t('failed');
  }
}

function experimentItem(path: string): vscode.TreeItem {
  const name = path === UNREADABLE ? vscode.l10n.t('Cannot be read') : experimentName(path);
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `experiment ${path}`;
  if (path === UNREADABLE) return item;
  item.contextValue = 'experiment';
  item.iconPath = new vscode.ThemeIcon('beaker');
  item.tooltip = path;
  return item;
}

function engineItem(handle: EngineHandle): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('New run'));
  item.id = `engine ${handle.id}`;
  item.description = stateText(handle);
  item.iconPath = new vscode.ThemeIcon('loading~spin');
  item.contextValue = 'run.queued';
  return item;
}

/** What a run's engine does, where that changes rarely enough for a tree: its steps tell that it works. */
function restingText(handle: EngineHandle): string {
  return handle.state.state === 'working' ? '' : stateText(handle);
}

function icon(state: RunSummary['status'] | 'paused', crashed: boolean): vscode.ThemeIcon {
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

function tooltip(run: ListedRun & RunSummary): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  const line = (value: string): void => void text.appendText(`${value}\n\n`);
  line(`${fullName(run)}: ${statusWord(run)}`);
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
