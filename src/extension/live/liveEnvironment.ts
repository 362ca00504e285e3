/** What live scoring knows of the window: experiments, the chosen run, texts that are not saved. */
import * as vscode from 'vscode';
import type { Disposable } from '../common/disposable.ts';
import { isSamePath } from '../common/samePath.ts';
import type { RunData } from '../data/runData.ts';
import type { Engines } from '../engine/engines.ts';
import { lastRunOf } from '../experiments/lastRun.ts';
import type { OpenedRuns } from '../runs/openedRuns.ts';
import { isReadable } from '../runs/runNames.ts';
import type { RunStore } from '../runs/runStore.ts';
import type { Selection } from '../runs/selection.ts';
import { unsavedCode } from './code.ts';
import type { LiveEnvironment } from './liveScores.ts';
import { usesOf, type ExperimentText, type RewardUse } from './rewardUses.ts';

export interface LiveNeeds {
  readonly data: RunData;
  readonly engines: Engines;
  readonly store: RunStore;
  readonly selection: Selection;
  readonly opened: OpenedRuns;
}

const EXPERIMENT_FILES = '**/*.rlvr.json';
const ELSEWHERE = '**/{node_modules,.rlvr}/**';
const MAX_EXPERIMENTS = 200;

export class WindowEnvironment implements LiveEnvironment, Disposable {
  readonly data: RunData;
  readonly #needs: LiveNeeds;
  readonly #watcher: vscode.FileSystemWatcher;
  readonly #disposable: vscode.Disposable;
  /** null where a file has come, gone or changed since they were read. */
  #experiments: Promise<readonly ExperimentText[]> | null = null;

  constructor(needs: LiveNeeds) {
    this.#needs = needs;
    this.data = needs.data;
    const forget = (): void => void (this.#experiments = null);
    this.#watcher = vscode.workspace.createFileSystemWatcher(EXPERIMENT_FILES);
    this.#disposable = vscode.Disposable.from(
      this.#watcher,
      this.#watcher.onDidCreate(forget),
      this.#watcher.onDidChange(forget),
      this.#watcher.onDidDelete(forget),
      vscode.workspace.onDidChangeWorkspaceFolders(forget),
    );
  }

  score: LiveEnvironment['score'] = (question) => this.#needs.engines.questions.score(question);

  async usesOf(path: string): Promise<readonly RewardUse[]> {
    this.#experiments ??= readExperiments();
    return usesOf(path, await this.#experiments);
  }

  runFor(uses: readonly RewardUse[]): string | null {
    const { store, selection, opened } = this.#needs;
    if (!vscode.workspace.isTrusted) return null;
    const selected = selection.current === null ? undefined : store.get(selection.current);
    const isOfUses = (path: string): boolean => uses.some(({ experimentPath }) => isSamePath(experimentPath, path));
    const newest = uses
      .flatMap(({ experimentPath }) => lastRunOf(store.runs, experimentPath) ?? [])
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
      .at(0);
    const usable = selected && isReadable(selected) ? selected : null;
    const chosen = usable && (isOfUses(usable.experimentPath) || newest === undefined) ? usable : newest;
    return chosen !== undefined && opened.isFromHere(chosen.dir) ? chosen.dir : null;
  }

  unsaved = unsavedCode;

  dispose(): void {
    this.#disposable.dispose();
  }
}

async function readExperiments(): Promise<ExperimentText[]> {
  const files = await vscode.workspace.findFiles(EXPERIMENT_FILES, ELSEWHERE, MAX_EXPERIMENTS);
  const texts = files.map(async (uri): Promise<ExperimentText[]> => {
    try {
      return [{ path: uri.fsPath, text: new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)) }];
    } catch {
      // Gone meanwhile.
      return [];
    }
  });
  return (await Promise.all(texts)).flat();
}
