/** Live scores of a window, which other services need too. */
import type { DisposableStore } from '../common/disposable.ts';
import { WindowEnvironment, type LiveNeeds } from './liveEnvironment.ts';
import { LiveScores } from './liveScores.ts';

export interface LiveWindow {
  readonly live: LiveScores;
  readonly environment: WindowEnvironment;
}

/** Made with the window's other services; scores nothing before `registerLiveScores`. */
export function createLiveScores(needs: LiveNeeds, own: DisposableStore): LiveWindow {
  const environment = own.add(new WindowEnvironment(needs));
  return { environment, live: own.add(new LiveScores(environment)) };
}
