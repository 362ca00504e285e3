/**
 * The exponential moving average of TensorBoard, debiased: `s_i = sum_j w^(i-j) v_j / sum_j w^(i-j)`, so that a curve starts at its
 * first value and not at 0. Distances are in steps and not in points: a curve drawn from fewer points, or zoomed into, is smoothed
 * over the same stretch of the run.
 */

/** TensorBoard thins a curve to so many points before it smooths it; `weight` means here what it means there. */
const POINTS = 1000;

/** Steps over which the average forgets by the factor `weight`, in a run of so many steps. */
export function smoothingUnit(totalSteps: number): number {
  return Math.max(1, totalSteps / POINTS);
}

/** What an average knows after a point; one that goes on from here is not new at its first point. */
export interface SmoothingState {
  readonly step: number;
  /** Weighted sum of values, and of ones. */
  readonly sum: number;
  readonly norm: number;
}

export interface Smoothed {
  /** Parallel to the values. */
  readonly values: Float64Array;
  /** After each point. */
  readonly states: { at(index: number): SmoothingState | null };
}

export interface SmoothingOptions {
  readonly stepsPerPoint: number;
  readonly lastCount?: number;
  readonly weight: number;
  readonly unit: number;
  /** Steps from which on values mean something else, ascending: the average begins anew. */
  readonly breaks?: readonly number[];
}

/**
 * @param steps ascending; each value is the mean of `stepsPerPoint` of them, the last one of `lastCount` while it grows
 * @param weight in [0, 1)
 * @param from state before the first point, of this curve in another resolution
 */
export function smooth(
  steps: ArrayLike<number>,
  values: ArrayLike<number>,
  { stepsPerPoint, lastCount = stepsPerPoint, weight, unit, breaks = [] }: SmoothingOptions,
  from: SmoothingState | null = null,
): Smoothed {
  const smoothed = new Float64Array(values.length);
  const sums = new Float64Array(values.length);
  const norms = new Float64Array(values.length);
  let sum = from?.sum ?? 0;
  let norm = from?.norm ?? 0;
  let last = from?.step ?? 0;
  let next = from === null ? 0 : breaks.filter((step) => step <= from.step).length;
  for (let index = 0; index < values.length; index++) {
    const step = steps[index] ?? 0;
    for (; (breaks[next] ?? Infinity) <= step; next++) [sum, norm] = [0, 0];
    const decay = weight ** ((step - last) / unit);
    const count = index === values.length - 1 ? lastCount : stepsPerPoint;
    sum = sum * decay + (values[index] ?? 0) * count;
    norm = norm * decay + count;
    last = step;
    sums[index] = sum;
    norms[index] = norm;
    smoothed[index] = sum / norm;
  }
  return {
    values: smoothed,
    states: {
      at: (index) => {
        const step = steps[index];
        return step === undefined ? null : { step, sum: sums[index] ?? 0, norm: norms[index] ?? 0 };
      },
    },
  };
}
