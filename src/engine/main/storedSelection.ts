/** Stored completions that are asked about again and again: at every key the same ones, of a run that has written nothing since. */
import { isDeepStrictEqual } from 'node:util';
import type { RewardVersion, StoredGroup } from '../protocol/scoring.ts';
import { RunReader } from '../run/reader.ts';
import { readStoredGroups, type ScoredGroup } from '../run/storedGroups.ts';

/** Milliseconds until they are let go: whoever types asks again before, and long completions take memory. */
const IDLE_MS = 60_000;

interface Selection {
  readonly runDir: string;
  readonly asked: readonly StoredGroup[];
  readonly skipped: RewardVersion['skipped'];
  /** A step more, or, of a run that was resumed, another writer: then what is stored may be something else. */
  readonly lastStep: number | null;
  readonly writtenSince: string | null;
}

interface Kept {
  readonly of: Selection;
  readonly groups: readonly ScoredGroup[];
}

export class StoredSelection {
  readonly #read: typeof readStoredGroups;
  #kept: Kept | null = null;
  #idle: NodeJS.Timeout | undefined;

  constructor(read = readStoredGroups) {
    this.#read = read;
  }

  /**
   * As `readStoredGroups`.
   * @throws UserError where the run cannot be read, or the rewards are of an experiment without its tasks
   */
  get(runDir: string, asked: readonly StoredGroup[], skipped?: RewardVersion['skipped']): readonly ScoredGroup[] {
    const reader = RunReader.open(runDir);
    try {
      const of = {
        ...{ runDir, asked, skipped },
        lastStep: reader.state().lastStep,
        writtenSince: reader.writer()?.since ?? null,
      };
      const kept = this.#kept;
      const groups = kept !== null && isDeepStrictEqual(kept.of, of) ? kept.groups : this.#read(reader, asked, skipped);
      this.#keep({ of, groups });
      return groups;
    } finally {
      reader.close();
    }
  }

  drop(): void {
    clearTimeout(this.#idle);
    this.#kept = null;
  }

  #keep(kept: Kept): void {
    clearTimeout(this.#idle);
    this.#kept = kept;
    this.#idle = setTimeout(() => this.drop(), IDLE_MS).unref();
  }
}
