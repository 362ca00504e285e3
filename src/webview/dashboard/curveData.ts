/** A curve of the run as it is drawn: its points, and the same smoothed. */
import { smooth, smoothingUnit, type Smoothed } from '../chart/smoothing.ts';
import { firstAtLeast } from '../chart/scale.ts';
import type { PointSeries } from '../chart/points.ts';
import type { PointStore, StepRange } from './pointStore.ts';

export interface CurveData {
  readonly points: PointSeries;
  /** Parallel to the points; the means themselves without smoothing. */
  readonly smoothed: ArrayLike<number>;
}

export interface Smoothing {
  /** From 0, which is none, to below 1. */
  readonly weight: number;
  /** How long the run is to be, in steps. */
  readonly totalSteps: number;
}

/**
 * null where there are no points yet.
 * @param range what is looked at; null for the whole run
 * @param breaks steps from which on the metric means something else, ascending
 */
export function curveData(
  store: PointStore,
  metric: string,
  range: StepRange | null,
  smoothing: Smoothing,
  breaks: readonly number[] = [],
): CurveData | null {
  const whole = store.whole(metric);
  if (whole === null) return null;
  const closer = range === null ? null : store.detail(metric, range);
  // Where a metric has no value in the part that was read, the line between its neighbours still goes through.
  const detail = closer !== null && closer.length > 0 ? closer : null;
  const points = detail ?? whole;
  if (smoothing.weight === 0) return { points, smoothed: points.mean };
  const average = (of: PointSeries, from: Parameters<typeof smooth>[3] = null): Smoothed =>
    smooth(
      of.steps,
      of.mean,
      {
        stepsPerPoint: of.stepsPerPoint,
        lastCount: of.lastCount,
        weight: smoothing.weight,
        unit: smoothingUnit(smoothing.totalSteps),
        breaks,
      },
      from,
    );
  if (detail === null) return { points, smoothed: average(whole).values };
  // The average does not begin where the eye does: it comes from the left, in the coarser points.
  const before = firstAtLeast(whole.steps, (detail.steps[0] ?? 0) - whole.stepsPerPoint + 1) - 1;
  return { points, smoothed: average(detail, average(whole).states.at(before)).values };
}
