/** How much memory a run needs, from what a sample of it needed. */
import type { Estimate } from '../../protocol/metrics.ts';

export interface SampledMemory {
  /** Of all processes at once, in bytes: the most that there was. */
  readonly peakBytes: number;
  /** How much of it came with the updates. */
  readonly updateBytes: number;
  /** How many times as many rows a whole step updates on at once: at least 1. */
  readonly widerUpdates: number;
  /** Processes of ours. */
  readonly processes: number;
  /** Bytes of keys and values that a whole batch holds and the sample did not. */
  readonly moreCacheBytes: number;
  /** The longest row that can come to be trained on over the longest that was: at least 1. */
  readonly longerRows: number;
}

/**
 * What JavaScript's heap and the allocators beneath it take besides, before it pays them to collect: measured on the demo, whose three processes
 * grew from 0.60 to 0.87 GB in 300 steps and no further in proportion.
 */
const GROWTH_BYTES = 90e6;
/** Steps after which most of that is there. */
const GROWTH_STEPS = 100;
/** Two samples of one experiment differ by less. */
const ERROR = 0.05;

export function expectedMemory(sampled: SampledMemory, steps: number): Estimate {
  const growth = sampled.processes * GROWTH_BYTES * (1 - Math.exp(-steps / GROWTH_STEPS));
  const { updateBytes, widerUpdates, longerRows } = sampled;
  const value = sampled.peakBytes + sampled.moreCacheBytes + updateBytes * (widerUpdates - 1) + growth;
  return {
    value,
    low: sampled.peakBytes * (1 - ERROR),
    high: (value + growth + updateBytes * widerUpdates * (longerRows - 1)) * (1 + ERROR),
  };
}
