/** A run goes on by itself after what is no failure of it: its compute process was lost with a machine, or had no memory for so many rows. */
import { ComputeLostError } from '../protocol/errors.ts';
import type { EngineEvent } from '../protocol/events.ts';
import type { EngineContext, Outcome } from './engineContext.ts';
import { GoOnSmaller } from './memoryRetry.ts';

/** So often in a row without a step between: what is lost each time at the same place takes its machine with it. */
const MAX_LOSSES = 3;

export interface Attempts {
  /** The first. */
  readonly begin: (context: EngineContext) => Promise<Outcome>;
  /** From the last whole state of the run. */
  readonly resume: (runDir: string, context: EngineContext) => Promise<Outcome>;
}

/** Rejects with what an attempt fails with beside these two, with either before the run was begun, and with a loss that comes again and again. */
export async function goingOn(context: EngineContext, { begin, resume }: Attempts): Promise<Outcome> {
  const seen: { runDir: string | null; losses: number } = { runDir: null, losses: 0 };
  const emit = (event: EngineEvent): void => {
    if (event.event === 'started') seen.runDir = event.runDir;
    if (event.event === 'step') seen.losses = 0;
    context.emit(event);
  };
  const noted = { ...context, emit };
  for (let attempt = () => begin(noted); ;) {
    try {
      return await attempt();
    } catch (error) {
      const { runDir } = seen;
      if (runDir === null) throw error;
      if (error instanceof ComputeLostError && ++seen.losses <= MAX_LOSSES)
        context.emit({ event: 'warning', message: lostWords(error) });
      else if (!(error instanceof GoOnSmaller)) throw error;
      // It has its place on this machine.
      attempt = () => resume(runDir, { ...noted, awaitRoom: () => Promise.resolve() });
    }
  }
}

function lostWords({ reason }: ComputeLostError): string {
  return `The machine that computed was lost, and the run goes on from its last saved step. ${reason}`;
}
