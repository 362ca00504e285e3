/** Where a step lies on the axis: charts are drawn over steps, tokens or time, and everything else counts in steps. */
import { firstAtLeast } from './scale.ts';

export interface StepMap {
  toX(step: number): number;
  toStep(x: number): number;
}

export const STEPS: StepMap = { toX: (step) => step, toStep: (x) => x };

/**
 * Through the points (steps[i], xs[i]), straight between them and beyond the last as in the whole.
 * @param steps ascending, each once
 * @param xs ascending, or equal where nothing was counted in between
 */
function stepMap(steps: readonly number[], xs: readonly number[]): StepMap {
  if (steps.length === 0) return STEPS;
  // Before the first step nothing had been counted.
  if ((steps[0] ?? 0) > 0) return stepMap([0, ...steps], [0, ...xs]);
  if (steps.length === 1) return STEPS;
  return { toX: (step) => interpolate(steps, xs, step), toStep: (x) => interpolate(xs, steps, x) };
}

function interpolate(from: readonly number[], to: readonly number[], value: number): number {
  const after = Math.min(Math.max(1, firstAtLeast(from, value)), from.length - 1);
  const [x0, x1] = [from[after - 1] ?? 0, from[after] ?? 0];
  const [y0, y1] = [to[after - 1] ?? 0, to[after] ?? 0];
  const slope = x1 > x0 ? (y1 - y0) / (x1 - x0) : 0;
  return y0 + (value - x0) * slope;
}

/** Tokens seen by the end of each step, from `num_tokens`, which only grows: its smallest value in a bucket is that of the first step. */
export function tokenMap(points: { readonly steps: readonly number[]; readonly min: readonly number[] }): StepMap {
  return stepMap(points.steps, points.min);
}

/**
 * Seconds spent in steps up to each, from `step_time`; so a pause does not count, nor the night between a stop and a resume.
 * @param points mean seconds of a step, over the steps up to the next point
 */
export function timeMap(points: { readonly steps: readonly number[]; readonly mean: readonly number[] }): StepMap {
  const seconds: number[] = [];
  let total = 0;
  for (const [index, step] of points.steps.entries()) {
    // The end of the first step of the point; the others of it follow before the next.
    const mean = points.mean[index] ?? 0;
    const before = index === 0 ? 0 : (points.mean[index - 1] ?? 0) * (step - (points.steps[index - 1] ?? step) - 1);
    total += before + mean;
    seconds.push(total);
  }
  return stepMap(points.steps, seconds);
}
