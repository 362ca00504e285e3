/** What whoever asks the engine for something gives it, and how what was asked ends. */
import type { EngineEvent } from '../protocol/events.ts';

export interface EngineContext {
  readonly emit: (event: EngineEvent) => void;
  /** Aborts on Ctrl-C or Stop: the run ends within a second, resumable from its last complete step. */
  readonly signal: AbortSignal;
}

/** How a run ended; `stopped` when the signal aborted it. */
export type Outcome = 'finished' | 'stopped';
