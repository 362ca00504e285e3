/** Where this window looks for runs: its workspace folders, folders without a workspace, and single runs from elsewhere. */
import { dirname, join } from 'node:path';
import { RUNS_FOLDER } from '../../engine/run/runsFolder.ts';
import type { Memory } from '../memory.ts';
import { isInside, rootOf } from './roots.ts';
import type { RunPlaces } from './runStore.ts';

/** Folders of experiments outside a workspace that are remembered: the newest. */
const MAX_OTHER_ROOTS = 10;

export class OpenedRuns {
  readonly #memory: Pick<Memory, 'openedRuns' | 'outsideRoots' | 'otherRoots'>;
  readonly #folders: () => readonly string[];

  constructor(memory: Pick<Memory, 'openedRuns' | 'outsideRoots' | 'otherRoots'>, folders: () => readonly string[]) {
    this.#memory = memory;
    this.#folders = folders;
  }

  /** Without a folder open, the window shows what was started without one. */
  places(): RunPlaces {
    const folders = this.#folders();
    const roots = folders.length > 0 ? folders : this.#memory.otherRoots;
    const runsDirs = roots.map((root) => join(root, RUNS_FOLDER));
    const runDirs = this.#memory.openedRuns.filter((run) => !runsDirs.includes(dirname(run)));
    return { runsDirs, runDirs };
  }

  /** Whether a run is shown for having been opened, not for where it lies. */
  isOpened(runDir: string): boolean {
    return this.places().runDirs.includes(runDir);
  }

  /** Shows a run from now on. False where it is shown already, for where it lies or for having been opened before. */
  open(runDir: string): boolean {
    const { runsDirs, runDirs } = this.places();
    if (runsDirs.includes(dirname(runDir)) || runDirs.includes(runDir)) return false;
    this.#memory.openedRuns = [...this.#memory.openedRuns, runDir];
    return true;
  }

  forget(runDir: string): void {
    this.#memory.openedRuns = this.#memory.openedRuns.filter((run) => run !== runDir);
  }

  /** Whether an experiment or a run is this window's to follow. */
  isOurs(path: string): boolean {
    return this.isFromHere(path) || this.#memory.openedRuns.includes(path);
  }

  /**
   * Whether an experiment or a run lies in a folder of this window, which is trusted as a whole, or where an experiment was started
   * from here: then the code it names may be run. A run that was only opened is somebody else's until its user says otherwise.
   */
  isFromHere(path: string): boolean {
    return (
      this.#folders().some((folder) => isInside(path, folder)) ||
      this.#startedRoots.some((root) => [root, join(root, RUNS_FOLDER)].includes(dirname(path)))
    );
  }

  /** An experiment is about to be started: wherever it lies, this window follows its engine, now and after a reload. */
  remember(experimentPath: string): void {
    const root = rootOf(experimentPath, this.#folders());
    if (this.#folders().includes(root)) return;
    const others = [root, ...this.#startedRoots.filter((other) => other !== root)];
    this.#startedRoots = others.slice(0, MAX_OTHER_ROOTS);
  }

  /** Folders outside the workspace in which experiments were started from windows such as this one. */
  get #startedRoots(): readonly string[] {
    return this.#folders().length > 0 ? this.#memory.outsideRoots : this.#memory.otherRoots;
  }

  set #startedRoots(roots: readonly string[]) {
    if (this.#folders().length > 0) this.#memory.outsideRoots = roots;
    else this.#memory.otherRoots = roots;
  }
}
