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
  /** How it waits, which is for tests. Rejects as the signal does. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Rejects as `ask` does at last, and as the signal does. */
export async function retrying<T>(ask: () => Promise<T>, patience: Patience): Promise<T> {
  const { signal, pausesMs = RETRY_PAUSES_MS, wait = sleepFor } = patience;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      const pause = pausesMs[attempt];
      if (!(error instanceof HubBroken) || pause === undefined) throw error;
      const ms = Math.max(pause, error.waitMs ?? 0);
      if (ms > MAX_WAIT_MS) throw error;
      await wait(ms, signal);
    }
  }
}

async function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal });
}
