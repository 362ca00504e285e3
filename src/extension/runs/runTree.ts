/**
 * The Runs view: experiments, and under each its runs, newest first, those that differ in their seed alone in one row; what an engine is
 * about to begin stands above them.
 */
import * as vscode from 'vscode';
import { plural } from '../../engine/words/format.ts';
import type { Disposable } from '../common/disposable.ts';
import { DisposableStore } from '../common/disposable.ts';
import type { Engines } from '../engine/engines.ts';
import { groupItem } from './groupItems.ts';
import type { OpenedRuns } from './openedRuns.ts';
import { runsUnder, type ChildNode, type GroupNode } from './runGroups.ts';
import { engineItem, experimentItem, runItem } from './runItems.ts';
import { isReadable } from './runNames.ts';
import { RunNodes, type RunNode } from './runNodes.ts';
import type { RunStore } from './runStore.ts';
import type { Selection } from './selection.ts';
import { ShownRows } from './shownRows.ts';
import { isUnderWay, runsUnderWay } from './underWay.ts';

const RUNS_VIEW = 'rlvr.runs';

export class RunTree implements vscode.TreeDataProvider<RunNode>, Disposable {
  readonly #store: RunStore;
  readonly #engines: Engines;
  readonly #opened: OpenedRuns;
  readonly #nodes: RunNodes;
  readonly #changed = new vscode.EventEmitter<ChildNode[] | undefined>();
  readonly #disposables = new DisposableStore();
  readonly #shown = new ShownRows<ChildNode>();

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
    return 'children' in node ? [...node.children] : [];
  }

  getParent(node: RunNode): RunNode | undefined {
    return this.#nodes.parentOf(node);
  }

  getTreeItem(node: RunNode): vscode.TreeItem {
    switch (node.kind) {
      case 'experiment':
        return experimentItem(node.path, this.#opened);
      case 'seeds':
      case 'sweep':
        return this.#groupItem(node);
      case 'engine':
        return engineItem(node.handle, this.#store);
      case 'run':
        return runItem(node.dir, {
          run: this.#store.get(node.dir),
          handle: this.#engines.ofRun(node.dir),
          isOpened: this.#opened.isOpened(node.dir),
          isSeed: this.#nodes.parentOf(node)?.kind === 'seeds',
        });
    }
  }

  dispose(): void {
    this.#disposables.dispose();
    this.#changed.dispose();
  }

  /** All of it where rows came or went, else the rows that show something else: the others keep their menus. */
  #tell(): void {
    const moved = this.#nodes.regroup();
    const changed = [...this.#nodes.groups, ...this.#nodes.leaves].filter((node) => this.#isChanged(node));
    if (moved) this.#changed.fire(undefined);
    else if (changed.length > 0) this.#changed.fire(changed);
  }

  #isChanged(node: ChildNode): boolean {
    return this.#shown.isChanged(node, this.#factsOf(node), () => {
      const { label, description, tooltip, contextValue, iconPath, accessibilityInformation } = this.getTreeItem(node);
      return JSON.stringify([label, description, tooltip, contextValue, iconPath, accessibilityInformation]);
    });
  }

  /** All that a row's item follows from while it is listed where it is; of engines, which are few, not known. */
  #factsOf(node: ChildNode): readonly unknown[] | null {
    switch (node.kind) {
      case 'run': {
        const handle = this.#engines.ofRun(node.dir);
        return [this.#store.get(node.dir), handle, handle?.state.state];
      }
      case 'engine':
        return null;
      case 'seeds':
      case 'sweep':
        return runsUnder(node).flatMap((dir) => [this.#store.get(dir), this.#engines.ofRun(dir) === null]);
    }
  }

  #groupItem(node: GroupNode): vscode.TreeItem {
    const runs = runsUnder(node).flatMap((dir) => {
      const run = this.#store.get(dir);
      return run !== undefined && isReadable(run) ? [run] : [];
    });
    return groupItem(node, runs, runs.filter((run) => isUnderWay(run, this.#engines)).length);
  }

  async #reveal(dir: string | null): Promise<void> {
    if (
      dir === null ||
      !this.view.visible ||
      this.view.selection.some((node) => node.kind === 'run' && node.dir === dir)
    )
      return;
    const node = this.#nodes.ofRun(dir);
    if (node) await this.view.reveal(node, { select: true, focus: false });
  }
}
