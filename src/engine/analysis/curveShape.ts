/** A metric over time as words are made from it. */

type Column = ArrayLike<number> & Iterable<number>;

/** Columns of equal length, ascending in steps, never empty where it is talked about. */
export interface Curve {
  readonly stepsPerPoint: number;
  /** The newest step of the run. */
  readonly lastStep: number;
  readonly steps: Column;
  readonly min: Column;
  readonly max: Column;
  readonly mean: Column;
}

/** Points of an end of a curve: a tenth of it, for one step is mostly noise; no more than ten, for the beginning is what it was. */
const MAX_END_POINTS = 10;

/** Mean of the points at the beginning. */
export function headMean({ mean }: Curve): number {
  return meanOf(mean, 0, endPoints(mean.length));
}

/** Mean of the newest points. */
export function tailMean({ mean }: Curve): number {
  return meanOf(mean, mean.length - endPoints(mean.length), mean.length);
}

function endPoints(length: number): number {
  return Math.max(1, Math.min(MAX_END_POINTS, Math.floor(length / 10)));
}

function meanOf(values: ArrayLike<number>, from: number, to: number): number {
  let sum = 0;
  for (let index = from; index < to; index++) sum += values[index] ?? 0;
  return sum / (to - from);
}
