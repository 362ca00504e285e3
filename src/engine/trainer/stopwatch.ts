/** Seconds spent in the phases of a step, for the clock metrics. */
export class Stopwatch {
  readonly #start = performance.now();
  readonly #phases = new Map<string, number>();

  /** Does the work and adds its time to a phase. */
  async time<T>(phase: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.#phases.set(phase, this.seconds(phase) + (performance.now() - start) / 1000);
    }
  }

  seconds(phase: string): number {
    return this.#phases.get(phase) ?? 0;
  }

  /** 0 where no time was spent. */
  perSecond(count: number, phase: string): number {
    const seconds = this.seconds(phase);
    return seconds > 0 ? count / seconds : 0;
  }

  get total(): number {
    return (performance.now() - this.#start) / 1000;
  }
}
