/** What is remembered between sessions, each with its type and the one place of its name. */
import type * as vscode from 'vscode';

export class Memory {
  readonly #workspace: vscode.Memento;
  readonly #global: vscode.Memento;

  constructor(workspace: vscode.Memento, global: vscode.Memento) {
    this.#workspace = workspace;
    this.#global = global;
  }

  /** The run that was selected in this workspace. */
  get selectedRun(): string | null {
    const value = this.#workspace.get<unknown>('selectedRun');
    return typeof value === 'string' ? value : null;
  }

  set selectedRun(runDir: string | null) {
    void this.#workspace.update('selectedRun', runDir ?? undefined);
  }

  /** Run folders from elsewhere that are shown in this workspace. */
  get openedRuns(): readonly string[] {
    return texts(this.#workspace.get('openedRuns'));
  }

  set openedRuns(runDirs: readonly string[]) {
    void this.#workspace.update('openedRuns', runDirs);
  }

  /** Folders outside this workspace whose experiments were started in it. */
  get outsideRoots(): readonly string[] {
    return texts(this.#workspace.get('outsideRoots'));
  }

  set outsideRoots(folders: readonly string[]) {
    void this.#workspace.update('outsideRoots', folders);
  }

  /** Folders whose experiments were started in windows without a folder: each such window is a workspace of its own. */
  get otherRoots(): readonly string[] {
    return texts(this.#global.get('otherRoots'));
  }

  set otherRoots(folders: readonly string[]) {
    void this.#global.update('otherRoots', folders);
  }

  /** Whether reward files are scored while they are typed. */
  get liveScores(): boolean {
    return this.#workspace.get<unknown>('liveScores') !== false;
  }

  set liveScores(on: boolean) {
    void this.#workspace.update('liveScores', on);
  }

  /** What it takes to make comparisons of rewards again, as `KeptComparisons` has it. */
  get comparisons(): unknown {
    return this.#workspace.get('comparisons');
  }

  set comparisons(comparisons: unknown) {
    void this.#workspace.update('comparisons', comparisons);
  }

  /** Models behind an API that were evaluated, as `KnownServers` has them. */
  get servers(): unknown {
    return this.#global.get('servers');
  }

  set servers(servers: unknown) {
    void this.#global.update('servers', servers);
  }

  /** Clusters that runs were computed on, as `KnownClusters` has them. */
  get clusters(): unknown {
    return this.#workspace.get('clusters');
  }

  set clusters(clusters: unknown) {
    void this.#workspace.update('clusters', clusters);
  }

  /** Whether the user was asked what a run does when its window closes. */
  get askedAboutClosing(): boolean {
    return this.#global.get<unknown>('askedAboutClosing') === true;
  }

  set askedAboutClosing(asked: boolean) {
    void this.#global.update('askedAboutClosing', asked);
  }
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
