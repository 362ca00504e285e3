/** What is to be ended or removed when a piece of work is over. */
export class CleanUp {
  readonly #actions: (() => unknown)[] = [];

  add(action: () => unknown): void {
    this.#actions.push(action);
  }

  /** Does all of it, what came last first. What cannot be ended keeps nothing else from ending; the first failure is thrown behind them. */
  async close(): Promise<void> {
    const errors: unknown[] = [];
    for (const action of this.#actions.splice(0).reverse()) {
      try {
        await action();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
