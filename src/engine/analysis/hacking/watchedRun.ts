/** A run as the watch for reward hacking looks at it: at its evaluations, with the curves that led there. */
import { pairedChange } from '../../evaluation/pairedChange.ts';
import { meanChange } from '../../evaluation/welch.ts';
import type { EvaluationSummary } from '../../protocol/events.ts';
import type { Experiment } from '../../protocol/experiment.ts';
import type { Estimate } from '../../protocol/metrics.ts';
import { isSteady } from '../../protocol/rewardWeights.ts';

/** A metric over the run; ascending in steps. */
export interface WatchedCurve {
  readonly steps: ArrayLike<number>;
  readonly mean: ArrayLike<number>;
}

export interface WatchedRun {
  readonly experiment: Experiment;
  /** On the validation part, ascending in steps. */
  readonly evaluations: readonly EvaluationSummary[];
  /** First steps that other reward code scored, ascending: what lies on both sides of one cannot be compared. */
  readonly codeChanges: readonly number[];
  /** null for a metric without any point. */
  curve(metric: string): WatchedCurve | null;
  /** By problem, the share of its samples that an evaluation solved. */
  shares(evaluation: EvaluationSummary): ReadonlyMap<number, number>;
}

/** A part of a run between two evaluations. */
export interface Span {
  readonly from: EvaluationSummary;
  readonly to: EvaluationSummary;
}

/** How a metric went over a span: means of its beginning and its end, and what lies between them, with its 95 % interval. */
export interface Drift {
  readonly before: number;
  readonly after: number;
  readonly change: Estimate;
}

/** Of the points of a span, the part that is its beginning, and the part that is its end. */
const END_SHARE = 0.2;
/** Points of an end: with fewer, an interval says nothing; more than the most, and the end is no end. */
const LEAST_POINTS = 4;
const MOST_POINTS = 40;

/** null where the span has too few points to tell. */
export function driftOf(run: WatchedRun, metric: string, { from, to }: Span): Drift | null {
  const curve = run.curve(metric);
  if (curve === null) return null;
  const values: number[] = [];
  for (let index = firstAfter(curve.steps, from.step); index < curve.steps.length; index++) {
    if ((curve.steps[index] ?? Infinity) > to.step) break;
    values.push(curve.mean[index] ?? 0);
  }
  const points = Math.min(MOST_POINTS, Math.max(LEAST_POINTS, Math.floor(END_SHARE * values.length)));
  if (values.length < 2 * points) return null;
  const [head, tail] = [values.slice(0, points), values.slice(-points)];
  return { before: mean(head), after: mean(tail), change: meanChange(head, tail) };
}

/** Whether the sum of the rewards weighs them alike all over a span: one whose weights change rises and falls by itself. */
export function weighsAlike({ experiment }: WatchedRun, { from, to }: Span): boolean {
  return experiment.rewards.every(({ weight }) => isSteady(weight, from.step, to.step));
}

/** How the held-out accuracy changed over a span, on the problems of both ends; null where they share none. */
export function accuracyChange(run: WatchedRun, { from, to }: Span): Estimate | null {
  const [before, after] = [run.shares(from), run.shares(to)];
  const shared = [...after.keys()].filter((problem) => before.has(problem));
  if (shared.length === 0) return null;
  return pairedChange(
    shared.map((problem) => before.get(problem) ?? 0),
    shared.map((problem) => after.get(problem) ?? 0),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Index of the first step after one, by halving. */
function firstAfter(steps: ArrayLike<number>, step: number): number {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle] ?? Infinity) <= step) low = middle + 1;
    else high = middle;
  }
  return low;
}
