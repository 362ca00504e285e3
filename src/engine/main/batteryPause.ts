/** When a run that is not to take the battery is paused, and goes on. A person's own word comes first. */
import type { PowerSource } from '../process/powerSource.ts';

/** Milliseconds between two looks. Windows is asked by a PowerShell, which takes a second of a processor to say it. */
export const POWER_LOOK_MS = process.platform === 'win32' ? 60_000 : 15_000;

export class BatteryPause {
  #source: PowerSource | null = null;
  #pauses = false;
  #pausedByPerson = false;

  /** It is for the battery that the run is paused, or about to be. */
  get pauses(): boolean {
    return this.#pauses;
  }

  /** Called with what each look has found: what is to be done now; null for nothing. */
  look(source: PowerSource | null): 'pause' | 'continue' | null {
    // One that does not say for a moment has not changed.
    if (source === null || source === this.#source) return null;
    this.#source = source;
    if (source === 'battery') {
      // What a person paused goes on when a person says so.
      this.#pauses = !this.#pausedByPerson;
      return this.#pauses ? 'pause' : null;
    }
    const goesOn = this.#pauses;
    this.#pauses = false;
    return goesOn ? 'continue' : null;
  }

  /** A person paused the run or had it go on: so it stays, until the machine comes to its battery again. */
  overrule(word: 'pause' | 'continue'): void {
    this.#pauses = false;
    this.#pausedByPerson = word === 'pause';
  }
}
