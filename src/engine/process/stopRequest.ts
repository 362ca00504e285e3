/** Stop, by Ctrl-C or by an editor: what works is asked to end, and what does not end is cut off. */

/**
 * Milliseconds from the request until a run that is still not done is cut off, resumable as after a crash. With what it takes to notice
 * and to leave, the process is gone within a second.
 */
const STOP_WITHIN_MS = 750;

/** Why an engine stops: nobody is there any more. What goes on elsewhere may go on. */
export class LeftAlone extends Error {}

export class StopRequest {
  readonly #abort = new AbortController();
  readonly #onOverdue: () => void;

  /** @param onOverdue called where the process is still there in the end; it must end it */
  constructor(onOverdue: () => void) {
    this.#onOverdue = onOverdue;
  }

  /** Aborts at the request. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** A second request changes nothing. @param reason of the abort, for what does not do the same whatever it is */
  make(reason?: unknown): void {
    if (this.signal.aborted) return;
    this.#abort.abort(reason);
    setTimeout(this.#onOverdue, STOP_WITHIN_MS).unref();
  }
}
