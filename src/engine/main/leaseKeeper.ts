/** What becomes of an engine that no editor is connected to. */
import type { Lease } from '../protocol/link.ts';

/** Milliseconds that "Developer: Reload Window" may take until the editor is connected again. */
export const RELOAD_MS = 20_000;

/** The longest that a timer of Node takes; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export interface LeaseOptions {
  readonly lease: Lease;
  /** The engine has no work of its own: alone it is of no use, whatever the lease says. */
  readonly serves: boolean;
  readonly reloadMs: number;
  /** The lease is over; called once. */
  readonly onOver: () => void;
}

/** An engine begins alone: one that no editor ever finds is let go like one that all have left. */
export class LeaseKeeper {
  readonly #options: LeaseOptions;
  #lease: Lease;
  #alone = true;
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#lease = options.lease;
    this.#restart();
  }

  /** From now on. */
  renew(lease: Lease): void {
    this.#lease = lease;
    this.#restart();
  }

  editorCame(): void {
    this.#alone = false;
    this.#restart();
  }

  lastEditorLeft(): void {
    this.#alone = true;
    this.#restart();
  }

  #restart(): void {
    clearTimeout(this.#timer);
    const wait = this.#alone && !this.#over ? this.#wait() : null;
    if (wait === null) return;
    this.#timer = setTimeout(
      () => {
        this.#over = true;
        this.#options.onOver();
      },
      Math.min(wait, MAX_TIMER_MS),
    );
    this.#timer.unref();
  }

  /** Milliseconds until an engine that is alone ends; null for never. */
  #wait(): number | null {
    const { serves, reloadMs } = this.#options;
    if (serves || this.#lease.whenAlone === 'stop') return reloadMs;
    return this.#lease.whenAlone === 'keepFor' ? this.#lease.minutes * 60_000 : null;
  }
}
