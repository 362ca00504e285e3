/** Values handed from one side to another, each of which may be there first. */
export class Turns<Value> {
  readonly #values: Value[] = [];
  #failure: Error | null = null;
  #wake: () => void = () => undefined;

  give(value: Value): void {
    this.#values.push(value);
    this.#wake();
  }

  /** Whoever waits, and whoever asks from now on, gets this error. */
  fail(error: unknown): void {
    this.#failure = error instanceof Error ? error : new Error(String(error));
    this.#wake();
  }

  /** The next value in order; one at a time may wait. Rejects when `fail` was called or the signal aborts. */
  async take(signal?: AbortSignal): Promise<Value> {
    for (;;) {
      signal?.throwIfAborted();
      if (this.#failure !== null) throw this.#failure;
      const value = this.#values.shift();
      if (value !== undefined) return value;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal?.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }
}
