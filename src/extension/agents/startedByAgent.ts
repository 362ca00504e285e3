/** What an agent hears of a training that it started: it does not wait for as long as other training has the machine. */
import { UserError } from '../../engine/protocol/errors.ts';
import type { Event } from '../common/event.ts';
import { deferred } from '../engine/deferred.ts';
import type { EngineHandle } from '../engine/engineHandle.ts';

/** Of `vscode.CancellationToken`, what is needed. */
export interface Cancellation {
  readonly isCancellationRequested: boolean;
  readonly onCancellationRequested: Event<unknown>;
}

/**
 * Resolves with the run's folder once it has begun, or with null where it waits for a free core. Whoever cancels before that has
 * stopped it. Rejects with UserError where it ends without a run.
 */
export async function whenBegun(
  handle: Pick<EngineHandle, 'state' | 'runDir' | 'onDidChange' | 'ended' | 'stop'>,
  cancellation: Cancellation,
): Promise<string | null> {
  const cancel = (): void => void handle.stop();
  const cancelled = cancellation.onCancellationRequested(cancel);
  if (cancellation.isCancellationRequested) cancel();
  const begun = deferred<string | null>();
  const look = (): void => {
    if (handle.runDir !== null || handle.state.state === 'queued') begun.resolve(handle.runDir);
  };
  const listener = handle.onDidChange(look);
  look();
  const end = handle.ended.then(({ message }) => {
    if (handle.runDir !== null) return handle.runDir;
    throw new UserError(message ?? 'The training was stopped before there was a run.');
  });
  try {
    return await Promise.race([begun.promise, end]);
  } finally {
    // Where the race was won by the beginning, nobody waits for the end.
    end.catch(() => {});
    listener.dispose();
    cancelled.dispose();
  }
}
