/** Metric names are TRL's, verbatim; ours beside them. Values are finite numbers or absent. */
export type Metrics = Record<string, number>;

/** Metrics that depend on the clock or the machine: exempt from "the same run is the same bytes". */
const CLOCK_METRIC_PREFIXES = ['time/', 'throughput/', 'cost/', 'memory/'] as const;

/** Whether a metric may differ between two runs of one experiment. */
export function isClockMetric(name: string): boolean {
  return name === 'step_time' || CLOCK_METRIC_PREFIXES.some((prefix) => name.startsWith(prefix));
}

/** A proportion or mean with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}
