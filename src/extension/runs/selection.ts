/** The run that panels follow. */
import { Emitter } from '../common/event.ts';
import type { Disposable } from '../common/disposable.ts';

export class Selection implements Disposable {
  readonly #changed = new Emitter<string | null>();
  #current: string | null;

  readonly onDidChange = this.#changed.event;

  constructor(initial: string | null) {
    this.#current = initial;
  }

  /** Folder of the selected run. */
  get current(): string | null {
    return this.#current;
  }

  select(runDir: string | null): void {
    if (runDir === this.#current) return;
    this.#current = runDir;
    this.#changed.fire(runDir);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
