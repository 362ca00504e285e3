/** Where this window looks for runs: its workspace folders, folders without a workspace, and single runs from elsewhere. */
import { dirname, join } from 'node:path';
import { RUNS_FOLDER } from '../../engine/run/runsFolder.ts';
import type { Memory } from '../memory.ts';
import { isInside, rootOf } from './roots.ts';
import type { RunPlaces } from './runStore.ts';

/** Folders of experiments outside a workspace that are remembered: the newest. */
const MAX_OTHER_ROOTS = 10;

export class OpenedRuns {
  readonly #memory: Memory;
  readonly #folders: () => readonly string[];

  constructor(memory: Memory, folders: () => readonly string[]) {
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

  open(runDir: string): void {
    this.#memory.openedRuns = [...new Set([...this.#memory.openedRuns, runDir])];
  }

  forget(runDir: string): void {
    this.#memory.openedRuns = this.#memory.openedRuns.filter((run) => run !== runDir);
  }

  /** Whether an experiment or a run is this window's to follow. */
  isOurs(path: string): boolean {
    return (
      this.#folders().some((folder) => isInside(path, folder)) ||
      (this.#folders().length === 0 && this.#memory.otherRoots.some((root) => isInside(path, root)))
    );
  }

  /** An experiment is about to be started: its runs are to be seen here, wherever it lies. */
  remember(experimentPath: string): void {
    const root = rootOf(experimentPath, this.#folders());
    if (this.#folders().includes(root)) return;
    const others = [root, ...this.#memory.otherRoots.filter((other) => other !== root)];
    this.#memory.otherRoots = others.slice(0, MAX_OTHER_ROOTS);
  }
}
