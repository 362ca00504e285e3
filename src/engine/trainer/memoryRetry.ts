/**
 * What becomes of a run whose training graph was given no more memory: it goes on from its last whole state, with half as many rows at once
 * from the step under way on. The gradient is the same sum, term by term; only the order of additions differs, and with it the rounding,
 * so the run keeps from which step on it is so. Who goes on is `goingOn.ts`.
 */
import { OutOfMemoryError } from '../compute/client.ts';
import { lowerMicroBatch } from '../run/microBatches.ts';
import type { RunWriter } from '../run/writer.ts';
import type { EngineContext } from './engineContext.ts';

/** The run is to be gone on with; no failure of it, and said already. */
export class GoOnSmaller extends Error {
  override readonly name = 'GoOnSmaller';
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
  return new GoOnSmaller('the run goes on in smaller micro-batches');
}
