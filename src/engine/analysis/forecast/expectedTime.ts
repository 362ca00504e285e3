/** How long a run takes, from what a sample of it took. The same arithmetic for seconds by the clock and for those of processors. */
import { mean, variance } from '../../evaluation/moments.ts';
import type { Estimate } from '../../protocol/metrics.ts';

/** What happens in a run, and how often. */
export interface Schedule {
  readonly steps: number;
  /** Evaluations of the validation part behind the first, which comes before the first step. */
  readonly evaluations: number;
  /** Times that the policy is saved. */
  readonly saves: number;
  /** Batches that dynamic sampling may draw in a step; null where it is off. */
  readonly maxBatches: number | null;
  /** Groups without an advantage are trained on all the same, for another term of the loss counts them. */
  readonly trainsAll: boolean;
}

/** What a sample took, in seconds of one kind. */
export interface SampledCosts {
  /** Opening everything, with what is done only once: the first calls are slower than those that follow. */
  readonly start: number;
  /** Of the validation part, before the first step and later. */
  readonly firstEvaluation: number;
  readonly evaluation: number;
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
  const sampling = middle(costs.sampling);
  const updating = middle(costs.updating);
  const share = signal?.advantage ?? { value: 0, low: 0, high: 0 };
  const rises = share.high > 0 && (signal?.solved ?? 1) < ROOM_TO_RISE;
  const scenario = (startShare: number, halfLife: number, widening: number): { first: number; steps: number } => {
    const steps = stepsTime(
      { sampling: sampling / costs.widening ** (1 - widening), updating },
      { start: startShare, halfLife },
      schedule,
    );
    return { first: steps.first, steps: steps.total };
  };
  // Between "no longer than here" and "as much longer as it is wider" the middle, as a factor.
  const expected = scenario(share.value, ADVANTAGE_HALF_LIFE, 0.5);
  const least = scenario(share.low, ADVANTAGE_HALF_LIFE / FASTER, 0);
  const most = scenario(rises ? 1 : share.high, Infinity, 1);
  const firstMost = scenario(share.high, Infinity, 1);
  const error = Math.hypot(relativeError([...costs.sampling], [...costs.updating]), Z * (signal?.lengthError ?? 0));
  const around =
    costs.start + costs.firstEvaluation + schedule.evaluations * costs.evaluation + schedule.saves * costs.save;
  const bounded = (value: number, low: number, high: number): Estimate => ({
    value,
    low: Math.min(value, low) * Math.max(0, 1 - error),
    high: Math.max(value, high) * (1 + error),
  });
  return {
    step: bounded(expected.first, least.first, firstMost.first),
    total: bounded(around + expected.steps, around + least.steps, around + most.steps),
    parts: {
      start: costs.start,
      steps: expected.steps,
      evaluations: costs.firstEvaluation + schedule.evaluations * costs.evaluation,
      saving: schedule.saves * costs.save,
    },
  };
}

interface Loss {
  /** Share of groups with an advantage in the first step. */
  readonly start: number;
  /** Steps after which half of them are left. */
  readonly halfLife: number;
}

/** The first step, and all of them. */
function stepsTime(
  { sampling, updating }: { readonly sampling: number; readonly updating: number },
  { start, halfLife }: Loss,
  { steps, maxBatches, trainsAll }: Schedule,
): { readonly first: number; readonly total: number } {
  const timeOf = (share: number): number => {
    // Dynamic sampling draws until a whole step has an advantage, or its batches are used up.
    const batches = maxBatches === null ? 1 : Math.min(maxBatches, share > 0 ? 1 / share : Infinity);
    return batches * sampling + (trainsAll ? 1 : Math.min(1, batches * share)) * updating;
  };
  let total = 0;
  for (let step = 0; step < steps; step++) total += timeOf(start * 2 ** (-step / halfLife));
  return { first: timeOf(start), total };
}

/** The median: a step in which the machine did something else must not count for all. 0 of none. */
export function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? 0;
  return Number.isInteger(half) ? ((sorted[half - 1] ?? 0) + upper) / 2 : upper;
}

/** Of the mean step, from how much the tried ones differ. */
function relativeError(sampling: readonly number[], updating: readonly number[]): number {
  const whole = sampling.map((seconds, index) => seconds + (updating[index] ?? 0));
  if (whole.length < 2) return SINGLE_ERROR;
  const centre = mean(whole);
  return centre > 0 ? Math.max(LEAST_ERROR, (Z * Math.sqrt(variance(whole) / whole.length)) / centre) : LEAST_ERROR;
}
