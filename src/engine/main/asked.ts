/** What editors have asked and wait for, so that each can give up what it asked. */
import type { Connection } from './connection.ts';

export class Asked {
  readonly #waiting = new Map<Connection, Map<number, AbortController>>();

  /** The signal of a question, which aborts when whoever asked it no longer waits. */
  begin(connection: Connection, id: number): AbortSignal {
    const own = this.#waiting.get(connection) ?? new Map<number, AbortController>();
    this.#waiting.set(connection, own);
    const controller = new AbortController();
    own.set(id, controller);
    return controller.signal;
  }

  /** It was answered. */
  end(connection: Connection, id: number): void {
    const own = this.#waiting.get(connection);
    own?.delete(id);
    if (own?.size === 0) this.#waiting.delete(connection);
  }

  cancel(connection: Connection, id: number): void {
    this.#waiting.get(connection)?.get(id)?.abort();
  }

  /** Gives up all that was asked over a connection that is gone. */
  leave(connection: Connection): void {
    for (const controller of this.#waiting.get(connection)?.values() ?? []) controller.abort();
    this.#waiting.delete(connection);
  }
}
