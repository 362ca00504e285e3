/** Where a run that is told to pause waits, between two steps. */
export class PauseGate {
  readonly #signal: AbortSignal;
  readonly #onWait: (waiting: boolean) => void;
  #closed = false;
  #open: () => void = () => {};

  /** @param onWait told when the run begins to wait and when it goes on */
  constructor(signal: AbortSignal, onWait: (waiting: boolean) => void) {
    this.#signal = signal;
    this.#onWait = onWait;
  }

  pause(): void {
    this.#closed = true;
  }

  continue(): void {
    this.#closed = false;
    this.#open();
  }

  /** Resolves when the run is not to wait. Rejects when the signal aborts. */
  async pass(): Promise<void> {
    if (!this.#closed) return;
    this.#signal.throwIfAborted();
    this.#onWait(true);
    const opened = new Promise<void>((resolve) => (this.#open = resolve));
    const aborted = new Promise<void>((resolve) => {
      this.#signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([opened, aborted]);
    this.#signal.throwIfAborted();
    this.#onWait(false);
  }
}
