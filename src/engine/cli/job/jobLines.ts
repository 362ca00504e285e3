/** The run of a job in lines: what changed in its folder every few seconds, and what the engine said of it behind that. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineEvent } from '../../protocol/events.ts';
import { printRunLine } from '../../protocol/runLines.ts';
import { RunLineWriter } from '../../run/mirror/runLines.ts';

/** Milliseconds between two looks; more where a look takes long, so that it takes a tenth of the time at most. */
const LOOK_MS = 2000;
const LOOK_SHARE = 10;

export class JobLines {
  readonly #write: (text: string) => void;
  readonly #over = new AbortController();
  readonly #tooLarge = new Set<string>();
  #waiting: EngineEvent[] = [];
  #writer: RunLineWriter | null = null;
  #looking: Promise<void> = Promise.resolve();

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Is said when what it tells of is in the lines. */
  emit(event: EngineEvent): void {
    // Only the newest tells where a run stands.
    if (event.event === 'phase') this.#waiting = this.#waiting.filter((other) => other.event !== 'phase');
    this.#waiting.push(event);
    if (this.#writer === null && event.event === 'started') {
      this.#writer = new RunLineWriter(event.runDir, this.#write);
      this.#looking = this.#lookOn();
    } else if (this.#writer === null) this.#say();
  }

  /** Resolves when all is said. Rejects with what went wrong while the folder was read. */
  async end(): Promise<void> {
    this.#over.abort();
    await this.#looking;
    await this.#look(true);
    this.#writer?.close();
  }

  async #lookOn(): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      const begun = performance.now();
      await this.#look(false);
      const wait = Math.max(LOOK_MS, LOOK_SHARE * (performance.now() - begun));
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
  }

  async #look(last: boolean): Promise<void> {
    const known = this.#waiting;
    this.#waiting = [];
    for (const path of (await this.#writer?.look(last)) ?? []) {
      if (this.#tooLarge.has(path)) continue;
      this.#tooLarge.add(path);
      known.push({ event: 'warning', message: `${path} is too large for the log of a job, and stays on the cluster.` });
    }
    this.#waiting = [...known, ...this.#waiting];
    this.#say(known.length);
  }

  #say(count = this.#waiting.length): void {
    for (const event of this.#waiting.splice(0, count)) this.#write(printRunLine({ kind: 'event', event }));
  }
}
