/** Keeps in the run's log what the engine says, steps and phases apart: those are in the database, or for the moment only. */
import type { EngineEvent } from '../protocol/events.ts';
import type { EngineLog } from '../run/engineLog.ts';
import type { EngineContext } from './engineContext.ts';
import { GoOnSmaller } from './memoryRetry.ts';

/** The context, whose events are also written to the log. */
export function logged(context: EngineContext, log: EngineLog): EngineContext {
  const emit = (event: EngineEvent): void => {
    if (event.event === 'warning') log.write(`warning: ${event.message}`);
    else if (event.event !== 'step' && event.event !== 'phase') log.write(JSON.stringify(event));
    context.emit(event);
  };
  return { ...context, emit };
}

/** A failure with its stack, which users are spared but developers need. What goes wrong here must not hide it. */
export function logFailure(log: EngineLog, error: unknown): void {
  // No failure, and said already.
  if (error instanceof GoOnSmaller) return;
  try {
    log.write(`failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  } catch {
    // The disk is full, say; the failure itself is on its way to the user.
  }
}
