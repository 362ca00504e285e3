/** What a run uses of the machine while it goes on: time by the clock, processor time, memory. */
import { usageWith, type ProcessUsage } from '../process/usage.ts';
import type { Metrics } from '../protocol/metrics.ts';

/** What was used between two looks. */
export interface Lap {
  readonly seconds: number;
  /** Of the engine and all its children; null where the system does not say it. */
  readonly cpuSeconds: number | null;
  /** The most that the processes held in memory since they started; null where the system does not say it. */
  readonly peakBytes: number | null;
}

export class ResourceMeter {
  readonly #pids: () => readonly number[] | null;
  #seconds: number;
  #cpuSeconds: number | null;

  /** @param pids of the children that work for the run at the moment, this process apart; null where that is not all of them */
  constructor(pids: () => readonly number[] | null) {
    this.#pids = pids;
    this.#seconds = performance.now() / 1000;
    this.#cpuSeconds = this.#usage()?.cpuSeconds ?? null;
  }

  /** Since the last lap, or the beginning. */
  lap(): Lap {
    const seconds = performance.now() / 1000;
    const usage = this.#usage();
    const lap = {
      seconds: seconds - this.#seconds,
      cpuSeconds: usage === null || this.#cpuSeconds === null ? null : Math.max(0, usage.cpuSeconds - this.#cpuSeconds),
      peakBytes: usage?.peakBytes ?? null,
    };
    this.#seconds = seconds;
    this.#cpuSeconds = usage?.cpuSeconds ?? null;
    return lap;
  }

  #usage(): ProcessUsage | null {
    const pids = this.#pids();
    return pids === null ? null : usageWith(pids);
  }
}

/** The processes that work for whoever has opened these; null where one of them is on another machine. */
export function workingPids(opened: {
  readonly compute: { readonly pid: number | undefined };
  readonly scorer: { readonly pids: readonly number[] };
}): number[] | null {
  const { pid } = opened.compute;
  return pid === undefined ? null : [pid, ...opened.scorer.pids];
}

/** In this unit a chart of memory is read at a glance. */
const GIB = 2 ** 30;

/** A lap as metrics of a step; what is not known is absent. */
export function resourceMetrics({ cpuSeconds, peakBytes }: Lap): Metrics {
  return {
    ...(cpuSeconds === null ? {} : { 'time/cpu_s': cpuSeconds }),
    ...(peakBytes === null ? {} : { 'memory/peak_gib': peakBytes / GIB }),
  };
}
