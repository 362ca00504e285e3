/** How whatever the engine was asked for ends. */
import type { RunWriter } from '../run/writer.ts';
import type { Outcome } from './engineContext.ts';
import type { Opened } from './open.ts';

/** Gives up the run's lock whatever happens to the processes. */
export async function closeAll(opened: Opened | null, writer: RunWriter | null): Promise<void> {
  try {
    await opened?.close();
  } finally {
    writer?.close();
  }
}

/** What the signal cuts off breaks with some error or other, which is no failure; any other error is thrown on. */
export function stoppedBy(signal: AbortSignal, error: unknown): Outcome {
  if (signal.aborted) return 'stopped';
  throw error;
}
