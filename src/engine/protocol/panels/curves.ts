/** Curves on their way to a panel. */

/** A metric over time, in at most as many points as were asked for. Columns of equal length, ascending in steps. */
export interface MetricPoints {
  readonly metric: string;
  /** With 1, `min`, `max` and `mean` are the same array of values. */
  readonly stepsPerPoint: number;
  /** First step that each point covers; a point without any value is left out. */
  readonly steps: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly mean: Float64Array;
}
