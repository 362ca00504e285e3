/**
 * A grader process that waits to be told what to score with. Whoever scores while somebody types has no time to start one: that takes
 * longer than most rewards take on hundreds of completions.
 */
import { GraderProcess } from './graderProcess.ts';

export class GraderStandby {
  #waiting: { readonly cwd: string; readonly process: GraderProcess } | null = null;

  /** The one that waits, or, where none does for that folder, a new one. @param cwd where user code will run */
  take(cwd: string): GraderProcess {
    const waiting = this.#waiting;
    if (waiting?.cwd !== cwd || !waiting.process.alive) return new GraderProcess(cwd);
    this.#waiting = null;
    return waiting.process;
  }

  /** Starts one for the next time; best when there is nothing else to do. */
  prepare(cwd: string): void {
    if (this.#waiting?.cwd === cwd && this.#waiting.process.alive) return;
    void this.close();
    this.#waiting = { cwd, process: new GraderProcess(cwd) };
  }

  /** Resolves when the one that waits is gone. */
  async close(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = null;
    await waiting?.process.close();
  }
}
