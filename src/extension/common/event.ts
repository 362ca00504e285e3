/** Events in VS Code's shape for code that does not need `vscode`, so that it is tested without an editor. */
import type { Disposable } from './disposable.ts';

export type Event<Value> = (listener: (value: Value) => unknown) => Disposable;

export class Emitter<Value> implements Disposable {
  readonly #listeners = new Set<(value: Value) => unknown>();

  readonly event: Event<Value> = (listener) => {
    // Wrapped, so that a listener registered twice is two registrations.
    const own = (value: Value): unknown => listener(value);
    this.#listeners.add(own);
    return { dispose: () => void this.#listeners.delete(own) };
  };

  fire(value: Value): void {
    for (const listener of [...this.#listeners]) listener(value);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
