/** What an engine under an editor takes from outside, all of which a test may set. */
import { readPowerSource, type PowerSource } from '../process/powerSource.ts';
import { POWER_LOOK_MS } from './batteryPause.ts';
import { RELOAD_MS } from './leaseKeeper.ts';

export interface Surroundings {
  /** Milliseconds within which a connection says hello: an editor does so at once. */
  readonly hello: number;
  /** Milliseconds that a window may take to be reloaded. */
  readonly reload: number;
  /** Milliseconds between two looks at the power source. */
  readonly powerLook: number;
  /** Where the machine has its power from; null where it does not say. Never rejects. */
  readonly powerSource: () => Promise<PowerSource | null>;
}

export const SURROUNDINGS: Surroundings = {
  hello: 5000,
  reload: RELOAD_MS,
  powerLook: POWER_LOOK_MS,
  powerSource: readPowerSource,
};
