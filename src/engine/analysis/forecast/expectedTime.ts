/** How long a run takes, from what a sample of it took. The same arithmetic for seconds by the clock and for those of processors. */
import { mean, variance } from '../../evaluation/moments.ts';
import { studentQuantile } from '../../evaluation/student.ts';
import type { Estimate } from '../../protocol/metrics.ts';

/** What happens in a run, and how often. */
export interface Schedule {
  readonly steps: number;
  /** Evaluations of the validation part behind the first, which comes before the first step. */
  readonly evaluations: number;
  /** Whether the policy is saved behind every step, as an adapter is. */
  readonly savesEveryStep: boolean;
  /** Checkpoints, which are saved besides. */
  readonly checkpoints: number;
  /** Of evaluations that find a better policy than before, each of which is saved too: as many as there may be. */
  readonly bestCheckpoints: number;
  /** Batches that dynamic sampling may draw in a step; null where it is off. */
  readonly maxBatches: number | null;
  /** Of a group, the share that is sampled where screening puts it aside; 1 where nothing is screened. */
  readonly screened: number;
  /** Groups without an advantage are trained on all the same, for another term of the loss counts them. */
  readonly trainsAll: boolean;
}

/** What a sample took, in seconds of one kind. */
export interface SampledCosts {
  /** Opening everything, with what is done only once: the first calls are slower than those that follow. */
  readonly start: number;
  /** Of the validation part, before the first step and later, and of the test part. */
  readonly firstEvaluation: Estimate;
  readonly evaluation: Estimate;
  readonly test: Estimate;
  readonly save: number;
  /** Sampling and scoring the groups of a whole step, once for each step that was tried. */
  readonly sampling: readonly number[];
  /** Updating on them as if all had an advantage. */
  readonly updating: readonly number[];
  /**
   * How many times as many completions the whole step decodes at once as were decoded at once here. A step of decoding takes at most as
   * many times as long and at least as long as here, since the weights are read once for all of them; 1 where the sample was as wide.
   */
  readonly widening: number;
}

/** How many groups are learned from. */
export interface SignalShare {
  readonly advantage: Estimate;
  /** Share of completions that solve their problem; null where nothing decides that. */
  readonly solved: number | null;
  /** Relative error of the number of tokens in a step. */
  readonly lengthError: number;
}

export interface ExpectedTime {
  /** Of the first steps. */
  readonly step: Estimate;
  readonly total: Estimate;
  /** Of the test part, behind the total. */
  readonly test: Estimate;
  /** What the total is expected to be made of. */
  readonly parts: {
    readonly start: number;
    readonly steps: number;
    readonly evaluations: number;
    readonly saving: number;
  };
}

/**
 * A policy that learns solves more and more problems in every completion, and groups lose their advantage. Half of them every so many
 * steps is what the demo's runs from four warm starts show (240 to 400 steps); at a small learning rate it is slower.
 */
export const ADVANTAGE_HALF_LIFE = 100;
/** The lower bound assumes that it goes so many times faster; the upper bound that no group is lost. */
const FASTER = 3;
/** Below this share of solved completions, learning can give groups an advantage that had none. */
const ROOM_TO_RISE = 0.5;

/** Relative error of a cost that was measured once, on a machine that does other things as well, and the least of any that was measured often. */
const SINGLE_ERROR = 0.15;
const LEAST_ERROR = 0.05;
/** 95 % of a normal distribution. */
const Z = 1.96;

export function expectedTime(costs: SampledCosts, signal: SignalShare | null, schedule: Schedule): ExpectedTime {
  const { steps, evaluations, checkpoints, bestCheckpoints } = schedule;
  const { value, low, high } = signal?.advantage ?? { value: 0, low: 0, high: 0 };
  const rises = high > 0 && (signal?.solved ?? 1) < ROOM_TO_RISE;
  const sampling = middle(costs.sampling);
  const updating = middle(costs.updating);
  const saving = schedule.savesEveryStep ? costs.save : 0;
  const timeOf = (share: number, widening: number, sampled = 1): number =>
    stepTime(share, { sampling: (sampled * sampling) / costs.widening ** (1 - widening), updating }, schedule);
  /** Of a step, by the share of groups with an advantage in it, and the largest of completions that solve their problem: no more are put aside. */
  const between = (expected: number, least: number, most: number, solved: number): Estimate => ({
    // Between "no longer than here" and "as much longer as it is wider" the middle, as a factor.
    value: timeOf(expected, 0.5),
    // Time rises with the share up to the one that uses up the batches of dynamic sampling, and falls behind it.
    low: Math.min(...[least, most].map((share) => timeOf(share, 0, 1 - solved * (1 - schedule.screened)))),
    high: timeOf(Math.min(most, Math.max(least, 1 / (schedule.maxBatches ?? 1))), 1),
  });
  const first = between(value, low, high, signal?.solved ?? 1);
  const all = sumOf(
    Array.from({ length: steps }, (_, step) => {
      const left = 2 ** (-step / ADVANTAGE_HALF_LIFE);
      return between(value * left, low * left ** FASTER, rises ? 1 : high, 1);
    }),
  );
  const error = Math.hypot(relativeError(costs.sampling, costs.updating), Z * (signal?.lengthError ?? 0));
  const saves = times(exactly(costs.save), checkpoints + (schedule.savesEveryStep ? steps : 0));
  const evaluating = sumOf([costs.firstEvaluation, times(costs.evaluation, evaluations)]);
  const once = sumOf([exactly(costs.start), evaluating, saves]);
  const moreSaves = { value: 0, low: 0, high: bestCheckpoints * costs.save };
  return {
    step: sumOf([within(first, error), within(exactly(saving), SINGLE_ERROR)]),
    total: sumOf([within(all, error), within(sumOf([once, moreSaves]), SINGLE_ERROR)]),
    test: within(costs.test, SINGLE_ERROR),
    parts: { start: costs.start, steps: all.value, evaluations: evaluating.value, saving: saves.value },
  };
}

/** @param share of groups with an advantage */
function stepTime(
  share: number,
  { sampling, updating }: { readonly sampling: number; readonly updating: number },
  { maxBatches, trainsAll }: Schedule,
): number {
  // Dynamic sampling draws until a whole step has an advantage, or its batches are used up.
  const batches = maxBatches === null ? 1 : Math.min(maxBatches, share > 0 ? 1 / share : Infinity);
  return batches * sampling + (trainsAll ? 1 : Math.min(1, batches * share)) * updating;
}

function exactly(value: number): Estimate {
  return { value, low: value, high: value };
}

function times({ value, low, high }: Estimate, factor: number): Estimate {
  return { value: factor * value, low: factor * low, high: factor * high };
}

function sumOf(estimates: readonly Estimate[]): Estimate {
  const sum = (end: keyof Estimate): number => estimates.reduce((total, estimate) => total + estimate[end], 0);
  return { value: sum('value'), low: sum('low'), high: sum('high') };
}

/** With a relative error of its bounds. */
function within({ value, low, high }: Estimate, error: number): Estimate {
  return { value, low: low * Math.max(0, 1 - error), high: high * (1 + error) };
}

/** The median: a step in which the machine did something else must not count for all. 0 of none. */
export function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? 0;
  return Number.isInteger(half) ? ((sorted[half - 1] ?? 0) + upper) / 2 : upper;
}

/** Of the mean step, from how much the tried ones differ: of two of them that is hardly known, and then it is no less than of one. */
function relativeError(sampling: readonly number[], updating: readonly number[]): number {
  const whole = sampling.map((seconds, index) => seconds + (updating[index] ?? 0));
  if (whole.length < 2) return SINGLE_ERROR;
  const centre = mean(whole);
  const standardError = Math.sqrt(variance(whole) / whole.length);
  const found = centre > 0 ? (studentQuantile(whole.length - 1) * standardError) / centre : 0;
  return Math.max(whole.length === 2 ? SINGLE_ERROR : LEAST_ERROR, found);
}
