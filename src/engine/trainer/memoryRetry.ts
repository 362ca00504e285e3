/**
 * What becomes of a run whose training graph was given no more memory: it goes on from its last whole state, with half as many rows at once
 * from the step under way on. The gradient is the same sum, term by term; only the order of additions differs, and with it the rounding,
 * so the run keeps from which step on it is so.
 */
import { OutOfMemoryError } from '../compute/client.ts';
import { lowerMicroBatch } from '../run/microBatches.ts';
import type { RunWriter } from '../run/writer.ts';
import type { EngineContext, Outcome } from './engineContext.ts';

/** The run is to be gone on with in this folder; no failure of it. */
export class GoOnSmaller extends Error {
  override readonly name = 'GoOnSmaller';
  readonly runDir: string;

  constructor(runDir: string) {
    super(`${runDir} goes on in smaller micro-batches`);
    this.runDir = runDir;
  }
}

/** Calls `begin`, and `goOn` for as long as there is no room for a micro-batch that can be made smaller. Rejects with what they reject with. */
export async function inFittingMicroBatches(
  begin: () => Promise<Outcome>,
  goOn: (runDir: string) => Promise<Outcome>,
): Promise<Outcome> {
  let work = begin;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof GoOnSmaller)) throw error;
      work = () => goOn(error.runDir);
    }
  }
}

/** Halves the micro-batch where that is what an error asks for: what is then to be thrown in its place; else null. */
export function smallerMicroBatch(
  error: unknown,
  { dir, lastStep }: Pick<RunWriter, 'dir' | 'lastStep'>,
  { emit }: Pick<EngineContext, 'emit'>,
): GoOnSmaller | null {
  if (!(error instanceof OutOfMemoryError) || error.rowsAtOnce < 2) return null;
  const step = (lastStep ?? 0) + 1;
  const rows = Math.floor(error.rowsAtOnce / 2);
  lowerMicroBatch(dir, step, rows);
  emit({
    event: 'warning',
    message:
      `Step ${step} ran out of memory with ${error.rowsAtOnce} rows at once. From this step on the run goes through them ${rows} at once: the gradient is the ` +
      'same sum, rounded in another order. A replay does the same.',
  });
  return new GoOnSmaller(dir);
}

/** The context of a run that was given its place on the machine already. */
export function withRoom(context: EngineContext): EngineContext {
  return { ...context, awaitRoom: () => Promise.resolve() };
}
