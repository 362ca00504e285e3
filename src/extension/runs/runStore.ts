/** The runs this window knows: those of its workspace folders, and single folders opened from elsewhere. */
import { existsSync, watch, type FSWatcher } from 'node:fs';
import type { Disposable } from '../common/disposable.ts';
import { Emitter } from '../common/event.ts';
import type { ListedRun, RunList } from '../data/listMethods.ts';
import type { RunData } from '../data/runData.ts';
import { isReadable } from './runNames.ts';

export interface RunPlaces {
  /** Folders of runs. */
  readonly runsDirs: readonly string[];
  /** Single runs. */
  readonly runDirs: readonly string[];
}

/** While a run is under way, its numbers in lists are this fresh; panels have their own, faster look. */
const RUNNING_MS = 1000;
/** Where nothing runs: a run may be started in a terminal, on a file system that does not tell of changes. */
const RESTING_MS = 5000;

export class RunStore implements Disposable {
  readonly #data: RunData;
  readonly #places: () => RunPlaces;
  readonly #changed = new Emitter<void>();
  readonly #watchers = new Map<string, FSWatcher>();
  #runs: readonly ListedRun[] = [];
  #byDir: ReadonlyMap<string, ListedRun> = new Map();
  /** Of the list that the worker has told. */
  #version = '';
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | null = null;
  #disposed = false;

  readonly onDidChange = this.#changed.event;

  constructor(data: RunData, places: () => RunPlaces) {
    this.#data = data;
    this.#places = places;
  }

  /** Newest first within each place. A run of which nothing else is to be listed stays the same object. */
  get runs(): readonly ListedRun[] {
    return this.#runs;
  }

  get(dir: string): ListedRun | undefined {
    return this.#byDir.get(dir);
  }

  /** Reads everything again; resolves when `runs` is what lies on the disk now. */
  async refresh(): Promise<void> {
    // A look that is under way may have passed what just changed.
    await this.#looking;
    this.#looking ??= this.#look().finally(() => (this.#looking = null));
    await this.#looking;
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#changed.dispose();
  }

  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    const places = this.#places();
    this.#watch(places.runsDirs);
    const listed = await this.#data.call('listRuns', { ...places, since: this.#version }).catch(() => {
      // The thread that reads has died; the next look starts another.
      return null;
    });
    if (this.#disposed) return;
    if (listed !== null && this.#take(listed)) this.#changed.fire();
    const running = this.#runs.some((run) => isReadable(run) && run.status === 'running');
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), running ? RUNNING_MS : RESTING_MS);
  }

  /** Returns whether the list is another than before. */
  #take({ version, runs }: RunList): boolean {
    const before = this.#runs;
    this.#runs = runs.flatMap((run) => (typeof run === 'string' ? (this.#byDir.get(run) ?? []) : [run]));
    this.#byDir = new Map(this.#runs.map((run) => [run.dir, run]));
    this.#version = version;
    return this.#runs.length !== before.length || this.#runs.some((run, index) => run !== before[index]);
  }

  /** A new run is a new folder: told at once where the file system tells. */
  #watch(runsDirs: readonly string[]): void {
    for (const [dir, watcher] of this.#watchers) {
      if (runsDirs.includes(dir) && existsSync(dir)) continue;
      watcher.close();
      this.#watchers.delete(dir);
    }
    for (const dir of runsDirs) {
      if (this.#watchers.has(dir) || !existsSync(dir)) continue;
      try {
        const watcher = watch(dir, { persistent: false }, () => void this.refresh());
        // The folder was removed; the timer notices when it is back.
        watcher.on('error', () => {});
        this.#watchers.set(dir, watcher);
      } catch {
        // No more watches to be had: the timer looks.
      }
    }
  }
}
