/** Progress as the lines of a log, for an output whose cursor cannot be moved, and for the terminal of an editor's task. */
import type { EngineEvent } from '../../protocol/events.ts';
import { printable, renderLine } from '../text.ts';
import { permanentLines, plainStep } from './lines.ts';
import { advance, initialState, type ProgressState } from './state.ts';

/** Milliseconds between lines about steps. */
const INTERVAL_MS = 5000;

export class PlainLog {
  readonly #title: string;
  #state: ProgressState = initialState;
  #loggedAt = -Infinity;

  /** @param title what is worked on: the experiment's name */
  constructor(title: string) {
    this.#title = title;
  }

  /** The lines to add after an event that came at `now`, in milliseconds of any clock that only goes forward. */
  linesOf(event: EngineEvent, now: number): string[] {
    this.#state = advance(this.#state, event, now);
    const lines = permanentLines(event, this.#title).map((line) => renderLine(line, Infinity, false));
    if (event.event !== 'step') return lines;
    const last = event.step === this.#state.run?.steps;
    if (!last && now - this.#loggedAt < INTERVAL_MS) return lines;
    this.#loggedAt = now;
    return [...lines, plainStep(this.#state, now)];
  }
}

/** The lines of a text from outside, such as an error's message, as a terminal may be sent them. */
export function safeLines(text: string): string[] {
  return text.split(/\r?\n/).map(printable);
}
