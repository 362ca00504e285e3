/** What a run uses of the machine while it goes on: time by the clock, processor time, memory. */
import { usageWith } from '../process/usage.ts';
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
  readonly #pids: () => readonly number[];
  #seconds: number;
  #cpuSeconds: number | null;

  /** @param pids of the children that work for the run at the moment, this process apart */
  constructor(pids: () => readonly number[]) {
    this.#pids = pids;
    this.#seconds = performance.now() / 1000;
    this.#cpuSeconds = usageWith(pids())?.cpuSeconds ?? null;
  }

  /** Since the last lap, or the beginning. */
  lap(): Lap {
    const seconds = performance.now() / 1000;
    const usage = usageWith(this.#pids());
    const lap = {
      seconds: seconds - this.#seconds,
      cpuSeconds: usage === null || this.#cpuSeconds === null ? null : Math.max(0, usage.cpuSeconds - this.#cpuSeconds),
      peakBytes: usage?.peakBytes ?? null,
    };
    this.#seconds = seconds;
    this.#cpuSeconds = usage?.cpuSeconds ?? null;
    return lap;
  }
}

/** The processes that work for whoever has opened these. */
export function workingPids(opened: {
  readonly compute: { readonly pid: number | undefined };
  readonly scorer: { readonly pids: readonly number[] };
}): number[] {
  const { pid } = opened.compute;
  return [...(pid === undefined ? [] : [pid]), ...opened.scorer.pids];
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
