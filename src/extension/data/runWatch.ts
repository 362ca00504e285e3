/** Tells when a run has new steps, new evaluations or another status: ten times a second while it runs, once a second otherwise. */
import type { Disposable } from '../common/disposable.ts';
import type { WatchedState } from './stateMethods.ts';
import type { RunData } from './runData.ts';

/** Panels are updated no more often than a person can see. */
const RUNNING_MS = 100;
/** A run that has ended may be resumed, in this window or in a terminal. */
const RESTING_MS = 1000;

/**
 * Calls back with the state at once and after every change, one call at a time: the next look waits until the promise that the
 * callback returned has settled. Reading fails now and then (the folder was just moved to the trash); that is told too.
 */
export function watchRun(
  data: RunData,
  dir: string,
  onState: (state: WatchedState) => Promise<void> | void,
  onError: (error: unknown) => void,
): Disposable {
  let disposed = false;
  let last = '';
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    let delay = RESTING_MS;
    try {
      const state = await data.call('runState', { dir });
      if (state.status === 'running') delay = RUNNING_MS;
      const key = JSON.stringify(state);
      if (!stopped() && key !== last) {
        await onState(state);
        last = key;
      }
    } catch (error) {
      // When it can be read again, that is told even where nothing else has changed.
      last = '';
      if (!stopped()) onError(error);
    }
    if (!stopped()) timer = setTimeout(() => void look(), delay);
  };
  const stopped = (): boolean => disposed;
  void look();
  return {
    dispose: () => {
      disposed = true;
      clearTimeout(timer);
    },
  };
}
