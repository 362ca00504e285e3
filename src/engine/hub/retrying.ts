/** Asks the hub again where the connection broke off. */
import { setTimeout as sleep } from 'node:timers/promises';
import { HubBroken } from './hubRequests.ts';

/** Milliseconds before each further try of a connection that broke off; then the person decides. */
const RETRY_PAUSES_MS: readonly number[] = [500, 2000, 8000];

/** The longest wait that the hub may ask for: where it asks for more, the person is told. */
const MAX_WAIT_MS = 60_000;

export interface Patience {
  readonly signal: AbortSignal;
  /** For tests. */
  readonly pausesMs?: readonly number[];
}

/** Rejects as `ask` does at last, and as the signal does. */
export async function retrying<T>(ask: () => Promise<T>, { signal, pausesMs = RETRY_PAUSES_MS }: Patience): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      const pause = pausesMs[attempt];
      if (!(error instanceof HubBroken) || pause === undefined) throw error;
      const wait = Math.max(pause, error.waitMs ?? 0);
      if (wait > MAX_WAIT_MS) throw error;
      await sleep(wait, undefined, { signal });
    }
  }
}
