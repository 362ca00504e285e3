/** Notices that the machine slept: the clock on the wall is further on than the timer that has just fired should have let it. */

/** Milliseconds between two looks. */
export const LOOK_MS = 10_000;

/** Milliseconds: a look is never so late on a machine that is merely busy. */
const SLEPT_MS = 60_000;

export class SleepWatch {
  #last: number;

  /** @param now milliseconds of the wall clock, which goes on while a machine sleeps (a monotonic one may not) */
  constructor(now: number) {
    this.#last = now;
  }

  /** Called every `LOOK_MS`: what to say; null where it did not sleep. A clock that was set back is no sleep. */
  look(now: number): string | null {
    const slept = now - this.#last - LOOK_MS;
    this.#last = now;
    return slept > SLEPT_MS ? `The machine slept for ${spoken(slept)}; the run went on.` : null;
  }
}

function spoken(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
