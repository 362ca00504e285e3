/**
 * A grader process that waits to be told what to score with. Whoever scores while somebody types has no time to start one: that takes
 * longer than most rewards take on hundreds of completions.
 */
import { isDeepStrictEqual } from 'node:util';
import type { GraderPlace } from './graderPlace.ts';
import { GraderProcess } from './graderProcess.ts';

export class GraderStandby {
  #waiting: { readonly place: GraderPlace; readonly process: GraderProcess } | null = null;

  /** The one that waits, or, where none does with the rights of that place, a new one. */
  take(place: GraderPlace): GraderProcess {
    const waiting = this.#waiting;
    if (waiting === null || !isReadyFor(place, waiting)) return new GraderProcess(place);
    this.#waiting = null;
    return waiting.process;
  }

  /** Starts one for the next time; best when there is nothing else to do. */
  prepare(place: GraderPlace): void {
    if (this.#waiting !== null && isReadyFor(place, this.#waiting)) return;
    void this.close();
    this.#waiting = { place, process: new GraderProcess(place) };
  }

  /** Resolves when the one that waits is gone. */
  async close(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = null;
    await waiting?.process.close();
  }
}

function isReadyFor(
  place: GraderPlace,
  waiting: { readonly place: GraderPlace; readonly process: GraderProcess },
): boolean {
  return waiting.process.alive && isDeepStrictEqual(waiting.place, place);
}
