/** The Compare panel: one tab, with the runs that were last asked for. */
import * as vscode from 'vscode';
import type { ComparedRun } from '../../engine/protocol/comparison.ts';
import {
  parseFromComparePanel,
  type FromComparePanel,
  type ToComparePanel,
} from '../../engine/protocol/panels/compare.ts';
import { DisposableStore, type Disposable } from '../common/disposable.ts';
import type { RunData } from '../data/runData.ts';
import type { NamedRun, RunDocuments } from '../documents/runDocuments.ts';
import { parseComparedRuns, type ComparedRuns } from './comparedRuns.ts';
import { CompareSession, type OutputsTarget } from './compareSession.ts';
import { keptState, PanelPage, type PageKind } from './panelPage.ts';

/** `onWebviewPanel:` in the manifest. */
const COMPARE_VIEW_TYPE = 'rlvr.compare';

export interface CompareDependencies {
  readonly data: RunData;
  readonly documents: RunDocuments;
  /** Asks which runs to compare; undefined where the person gave up. */
  readonly pickRuns: (current: readonly string[]) => Promise<readonly string[] | undefined>;
  /** Of more runs than can be told apart those in front are shown. */
  readonly baselineFirst: (runDirs: readonly string[]) => readonly string[];
  /** Scores the completions of one run with the rewards of another, by their folders. */
  readonly compareRewards: (completionsOf: string, rewardsOf: string) => Promise<void>;
  /** Opens Outputs at a problem, in a tab of its own that stays with its run. */
  readonly openOutputs: (target: OutputsTarget, column: vscode.ViewColumn) => Promise<void>;
}

interface Tab {
  readonly panel: vscode.WebviewPanel;
  readonly session: CompareSession;
}

export class ComparePanel implements Disposable {
  readonly #dependencies: CompareDependencies;
  readonly #extensionUri: vscode.Uri;
  readonly #disposables = new DisposableStore();
  #tab: Tab | null = null;

  constructor(dependencies: CompareDependencies, extensionUri: vscode.Uri) {
    this.#dependencies = dependencies;
    this.#extensionUri = extensionUri;
    this.#disposables.add(
      vscode.window.registerWebviewPanelSerializer(COMPARE_VIEW_TYPE, {
        deserializeWebviewPanel: (panel, state) => {
          this.#fill(panel, parseComparedRuns(keptState(state)));
          return Promise.resolve();
        },
      }),
    );
  }

  /** The folders of the runs it compares; none where it is not open. */
  get runs(): readonly string[] {
    return this.#tab?.session.compared.runs ?? [];
  }

  /** Compares these runs; of more than can be told apart some, in a table all. */
  open(runDirs: readonly string[], column: vscode.ViewColumn = vscode.ViewColumn.Active): void {
    const runs = this.#dependencies.baselineFirst(runDirs);
    const compared: ComparedRuns = { runs, all: runDirs, baseline: null };
    if (this.#tab) {
      this.#tab.session.compare(compared);
      this.#tab.panel.reveal();
      return;
    }
    const title = vscode.l10n.t('Compare');
    this.#fill(
      vscode.window.createWebviewPanel(COMPARE_VIEW_TYPE, title, column, { enableFindWidget: true }),
      compared,
    );
  }

  /** Leaves the tab open: after "Reload Window" it is filled again. */
  dispose(): void {
    this.#disposables.dispose();
  }

  #fill(panel: vscode.WebviewPanel, compared: ComparedRuns): void {
    const { data, documents, pickRuns, compareRewards, openOutputs } = this.#dependencies;
    const disposables = new DisposableStore();
    const page = disposables.add(new PanelPage<FromComparePanel, ToComparePanel>(panel, this.#extensionUri));
    const view = {
      post: (message: ToComparePanel): void => page.post(message),
      setExperiment: (experiment: string | null): void =>
        page.setTitle(experiment === null ? vscode.l10n.t('Compare') : vscode.l10n.t('Compare: {0}', experiment)),
    };
    const session = disposables.add(
      new CompareSession(data, view, {
        pickRuns,
        showDiff: (diff, a, b) => documents.showDiff(diff, named(a), named(b)),
        compareRewards: (a, b) => compareRewards(a.dir, b.dir),
        showOutputs: async (a, b) => {
          const column = panel.viewColumn ?? vscode.ViewColumn.One;
          await openOutputs(a, column);
          await openOutputs(b, vscode.ViewColumn.Beside);
        },
        onChanged: (changed) => page.keep(changed),
      }),
    );
    panel.onDidDispose(() => {
      if (this.#tab?.panel === panel) this.#tab = null;
      disposables.dispose();
    });
    this.#tab = { panel, session };
    session.compare(compared);
    page.load(this.#page(), session);
  }

  #page(): PageKind<FromComparePanel> {
    return { title: vscode.l10n.t('Compare'), script: 'compare', parse: parseFromComparePanel };
  }
}

function named({ dir, letter, label }: ComparedRun): NamedRun {
  return { dir, name: `${letter} ${label}` };
}
