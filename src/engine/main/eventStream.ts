/**
 * What editors are told of a run while it works. Steps and phases may come a thousand times a second, and nobody reads as fast:
 * of each the newest goes out, a few times a second. Everything else goes out at once and in its order.
 */
import type { EngineEvent } from '../protocol/events.ts';

/** Milliseconds between two steps, or two phases, that are told. */
const INTERVAL_MS = 100;

type Frequent = Extract<EngineEvent, { event: 'step' | 'phase' }>;

export class EventStream {
  readonly #tell: (event: EngineEvent) => void;
  readonly #newest = new Map<Frequent['event'], Frequent>();
  /** There while an event of the kind was told less than the interval ago; holds the newest one since. */
  readonly #pending = new Map<Frequent['event'], { timer: NodeJS.Timeout; held: Frequent | null }>();

  constructor(tell: (event: EngineEvent) => void) {
    this.#tell = tell;
  }

  push(event: EngineEvent): void {
    if (event.event === 'step' || event.event === 'phase') {
      this.#newest.set(event.event, event);
      const pending = this.#pending.get(event.event);
      if (pending) pending.held = event;
      else this.#send(event);
      return;
    }
    // Nothing of the run comes after its end.
    if (event.event === 'done' || event.event === 'stopped') this.flush();
    this.#tell(event);
  }

  /** What an editor that comes later has to know of the moment. */
  get newest(): readonly EngineEvent[] {
    return [...this.#newest.values()];
  }

  /** Tells what is held back. */
  flush(): void {
    for (const { timer, held } of this.#pending.values()) {
      clearTimeout(timer);
      if (held) this.#tell(held);
    }
    this.#pending.clear();
  }

  #send(event: Frequent): void {
    const timer = setTimeout(() => {
      const held = this.#pending.get(event.event)?.held;
      this.#pending.delete(event.event);
      if (held) this.#send(held);
    }, INTERVAL_MS);
    timer.unref();
    this.#pending.set(event.event, { timer, held: null });
    this.#tell(event);
  }
}
