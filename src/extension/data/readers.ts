/** The runs that the worker has open. A reader costs a connection, so a few are kept; an idle one is closed, for it holds files. */
import { RunReader } from '../../engine/run/reader.ts';

/** The runs of a comparison and the two panels' own. */
const MAX_OPEN = 16;
/** Milliseconds: an open file cannot be moved to the trash on Windows. */
const IDLE_MS = 30_000;

export class Readers {
  readonly #open = new Map<string, { readonly reader: RunReader; usedAt: number }>();

  constructor() {
    setInterval(() => this.#closeIdle(), IDLE_MS).unref();
  }

  /** @throws UserError where the folder is no run, or one that cannot be read */
  get(dir: string): RunReader {
    const found = this.#open.get(dir);
    const entry = found ?? { reader: RunReader.open(dir), usedAt: 0 };
    entry.usedAt = performance.now();
    // Least recently used first.
    this.#open.delete(dir);
    this.#open.set(dir, entry);
    for (const [oldest] of this.#open) {
      if (this.#open.size <= MAX_OPEN) break;
      this.release(oldest);
    }
    return entry.reader;
  }

  /** Closes the files of a run, so that its folder can be moved. */
  release(dir: string): void {
    this.#open.get(dir)?.reader.close();
    this.#open.delete(dir);
  }

  #closeIdle(): void {
    const now = performance.now();
    for (const [dir, { usedAt }] of this.#open) if (now - usedAt > IDLE_MS) this.release(dir);
  }
}
