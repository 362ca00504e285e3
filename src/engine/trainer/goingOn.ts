/** A run whose compute process was lost with the machine that it was on goes on, on another. */
import { ComputeLostError } from '../compute/client.ts';
import type { EngineEvent } from '../protocol/events.ts';
import type { EngineContext, Outcome } from './engineContext.ts';

/** So often in a row without a step between: what is lost each time at the same place takes its machine with it. */
const MAX_LOSSES = 3;

export interface Attempts {
  /** The first. */
  readonly begin: (context: EngineContext) => Promise<Outcome>;
  /** From the last whole state of the run. */
  readonly resume: (runDir: string, context: EngineContext) => Promise<Outcome>;
}

/** Rejects with what an attempt fails with that is no such loss, and with one before the run was begun. */
export async function goingOn(context: EngineContext, { begin, resume }: Attempts): Promise<Outcome> {
  const seen: { runDir: string | null; losses: number } = { runDir: null, losses: 0 };
  const emit = (event: EngineEvent): void => {
    if (event.event === 'started') seen.runDir = event.runDir;
    if (event.event === 'step') seen.losses = 0;
    context.emit(event);
  };
  const noted = { ...context, emit };
  for (let attempt = begin; ;) {
    try {
      return await attempt(noted);
    } catch (error) {
      const { runDir } = seen;
      if (!(error instanceof ComputeLostError) || runDir === null || ++seen.losses > MAX_LOSSES) throw error;
      const message = `The machine that computed was lost, and the run goes on from its last saved step. ${firstLine(error)}`;
      context.emit({ event: 'warning', message });
      attempt = (again) => resume(runDir, again);
    }
  }
}

function firstLine({ message }: Error): string {
  return message.trim().split('\n')[0] ?? '';
}
