/**
 * Which calls of a request are still to be made, and which one is to blame when a process ends under them. Pure: the processes
 * are `graderClient.ts`'s.
 */

/** Bounds the size of a frame. */
const MAX_BATCH = 256;

/** A process that ends again and again without anything to show for it is given up on. */
const MAX_FRUITLESS_ENDS = 3;

export interface Batch {
  /** Indices of calls. */
  readonly calls: readonly number[];
  /** One call that must have a process of its own, in which nothing has run yet. */
  readonly alone: boolean;
}

export interface ProcessEnd {
  readonly kind: 'timeout' | 'crashed' | 'memory';
  /** Calls that were under way. */
  readonly running: readonly number[];
  /** The batch was a single call, and nothing had run in the process before it. */
  readonly solitary: boolean;
}

export class CallBook {
  readonly #open: Set<number>;
  readonly #suspects = new Set<number>();
  #settledSinceEnd = false;
  #fruitlessEnds = 0;

  constructor(calls: number) {
    this.#open = new Set(Array(calls).keys());
  }

  /** What to do next; null when every call has its end. Suspects come last, one by one. */
  next(): Batch | null {
    const [...open] = this.#open;
    const unsuspected = open.filter((call) => !this.#suspects.has(call));
    if (unsuspected.length > 0) return { calls: unsuspected.slice(0, MAX_BATCH), alone: false };
    return open.length > 0 ? { calls: open.slice(0, 1), alone: true } : null;
  }

  /** The call has its end. */
  settle(call: number): void {
    this.#open.delete(call);
    this.#settledSinceEnd = true;
  }

  /**
   * The process ended in the middle of a batch. Returns the calls that end with it as their error: the one that was certainly at
   * fault, or, when no progress is made any more, all that are open. Others that may be at fault are made again, alone.
   */
  processEnded({ kind, running, solitary }: ProcessEnd): readonly number[] {
    const [first, ...others] = running;
    // A hang is certainly of the only call under way. Memory and crashes may come from something that an earlier one left.
    const certain = first !== undefined && others.length === 0 && (kind === 'timeout' || solitary);
    if (!certain) for (const call of running) this.#suspects.add(call);

    const progress = this.#settledSinceEnd || running.length > 0;
    this.#fruitlessEnds = progress ? 0 : this.#fruitlessEnds + 1;
    this.#settledSinceEnd = false;
    const blamed = this.#fruitlessEnds >= MAX_FRUITLESS_ENDS ? [...this.#open] : certain ? [first] : [];
    for (const call of blamed) this.#open.delete(call);
    return blamed;
  }
}
