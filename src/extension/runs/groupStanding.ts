/** How runs that stand together do: how many there are, and what the measured ones come to. */
import { lastOfEachSeed, seedMean, seedSpread, type SeedSpread } from '../../engine/analysis/compare/seedSpread.ts';
import { LEAST_SEEDS } from '../../engine/analysis/compare/verdict.ts';
import { describeValue } from '../../engine/words/describeValue.ts';
import { percent } from '../../engine/words/format.ts';
import type { ReadableRun } from './runNames.ts';

/** Of one recipe. */
export interface SeedsStanding {
  /** Ascending, each once. */
  readonly seeds: readonly number[];
  /** How many of the seeds were trained to the end and measured there. */
  readonly measured: number;
  /** Of the measured ones: `71.0 % [62.4, 79.6]`, without an interval where they are too few for one; null where there are none. */
  readonly mean: string | null;
  /** null of too few. */
  readonly spread: SeedSpread | null;
}

/** @param runs newest first */
export function seedsStanding(runs: readonly ReadableRun[]): SeedsStanding {
  const seeds = [...new Set(runs.map(({ seed }) => seed))].sort((a, b) => a - b);
  const values = lastOfEachSeed(runs.filter(isMeasured).toReversed()).flatMap(({ lastEvaluation }) =>
    lastEvaluation === null ? [] : [lastEvaluation.accuracy.value],
  );
  const spread = values.length < LEAST_SEEDS ? null : seedSpread(values);
  return { seeds, measured: values.length, mean: meanOf(values, spread), spread };
}

/** At its end, which may have come early: what a run was halfway is nothing that its recipe comes to. */
export function isMeasured({ status, lastEvaluation, lastStep }: ReadableRun): boolean {
  return status === 'finished' && lastEvaluation !== null && lastEvaluation.step === lastStep;
}

function meanOf(values: readonly number[], spread: SeedSpread | null): string | null {
  if (spread !== null) return seedMean(spread);
  return values.length === 0 ? null : percent(values.reduce((sum, value) => sum + value, 0) / values.length);
}

/** What a sweep set for a run, `learningRate 0.0001, rank 8`: a row has no room for whole paths. Empty of a run on its own. */
export function assignedText({ sweep }: Pick<ReadableRun, 'sweep'>): string {
  return Object.entries(sweep?.assigned ?? {})
    .map(([path, value]) => `${path.split('.').at(-1) ?? path} ${describeValue(value)}`)
    .join(', ');
}
