/** What the rounds of a row come to: medians, and rates beside the machine's own of the same minutes. */
import { median } from '../editor/numbers.ts';
import type { Measurement } from './measurement.ts';
import { needed, rateOf, type Rate } from './ofMachine.ts';
import type { SpeedRow } from './rows.ts';
import type { Round } from './workerProcess.ts';

export interface SpeedResult {
  readonly row: string;
  readonly work: string;
  /** What computed, in ONNX Runtime's name; null where the worker does not say it. */
  readonly device: string | null;
  readonly rounds: number;
  readonly wall_s: number;
  readonly cpu_s: number | null;
  /** Of each round. */
  readonly tokens: number;
  readonly tokens_per_s: number;
  readonly tokens_per_cpu_s: number | null;
  readonly trained_tokens?: number;
  readonly dead_groups?: number;
  /** Share of the machine's rate in `of` that the work makes use of, by the clock and by processor time. */
  readonly of?: string;
  readonly share_wall?: number;
  readonly share_cpu?: number | null;
  readonly peak_gb: number | null;
  /** Whether that is below what was promised; absent where nothing was. */
  readonly memory_kept?: boolean;
}

/** One result for each piece of work in the rounds. @param machine the machine's rounds, each of which came just before ours */
export function speedResults(
  { name, options, memoryLimit }: SpeedRow,
  { ours, machine }: { readonly ours: readonly Round[]; readonly machine: readonly Round[] },
): SpeedResult[] {
  const works = ours[0]?.measurements.map(({ work }) => work) ?? [];
  const peaks = ours.flatMap(({ peakBytes }) => peakBytes ?? []);
  const peak = peaks.length === 0 ? null : Math.max(...peaks);
  return works.map((work) => {
    const each = ours.map((round) => pick(round, work));
    const rates = each.map(rateOf);
    const shares = each.flatMap((measurement, round) => {
      const need = needed(measurement, options);
      const beside = machine[round];
      if (need === null || beside === undefined) return [];
      const limit = rateOf(pick(beside, need.of));
      return { of: need.of, ...shareOf(rateOf({ ...measurement, amount: need.amount }), limit) };
    });
    const [share] = shares;
    const [first] = each;
    return {
      row: name,
      work,
      device: ours[0]?.device ?? null,
      rounds: ours.length,
      wall_s: rounded(median(each.map(({ wall_s }) => wall_s))),
      cpu_s: medianOrNull(each.map(({ cpu_s }) => cpu_s)),
      tokens: Math.round(median(each.map(({ amount }) => amount))),
      tokens_per_s: rounded(median(rates.map(({ wall }) => wall))),
      tokens_per_cpu_s: medianOrNull(rates.map(({ cpu }) => cpu)),
      ...(first?.trained_tokens === undefined ? {} : { trained_tokens: first.trained_tokens }),
      ...(first?.dead_groups === undefined ? {} : { dead_groups: first.dead_groups }),
      ...(share === undefined
        ? {}
        : {
            of: share.of,
            share_wall: rounded(median(shares.map(({ wall }) => wall))),
            share_cpu: medianOrNull(shares.map(({ cpu }) => cpu)),
          }),
      peak_gb: peak === null ? null : rounded(peak / 1e9),
      ...(memoryLimit === undefined || peak === null ? {} : { memory_kept: peak < memoryLimit }),
    };
  });
}

/** @throws Error where a round has no such piece of work */
export function pick({ measurements }: Round, work: string): Measurement {
  const found = measurements.find((measurement) => measurement.work === work);
  if (found === undefined) throw new Error(`a round without ${work}`);
  return found;
}

function shareOf(rate: Rate, limit: Rate): Rate {
  return { wall: rate.wall / limit.wall, cpu: rate.cpu === null || limit.cpu === null ? null : rate.cpu / limit.cpu };
}

/** null where one of them is not known. */
export function medianOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < values.length || known.length === 0 ? null : rounded(median(known));
}

export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
