/** From values to pixels and back. */
import type { ChartContent, Extent, Side, ValueAxis } from './content.ts';

export interface Scale extends Extent {
  readonly log: boolean;
}

/** Maps `scale.min..max` onto `from..to`. */
export function positions({ min, max, log }: Scale, from: number, to: number): (value: number) => number {
  if (!log) {
    const factor = (to - from) / (max - min);
    return (value) => from + (value - min) * factor;
  }
  const start = Math.log10(min);
  const factor = (to - from) / (Math.log10(max) - start);
  // What is not positive lies below every mark.
  return (value) => from + (Math.log10(Math.max(value, Number.MIN_VALUE)) - start) * factor;
}

/** The value at a fraction of the scale, from 0 at its minimum to 1. */
export function valueAt({ min, max, log }: Scale, fraction: number): number {
  if (!log) return min + (max - min) * fraction;
  return 10 ** (Math.log10(min) + (Math.log10(max) - Math.log10(min)) * fraction);
}

/** The same stretch of an axis, longer by `factor` around the fraction of it that stays where it is. */
export function zoomed(scale: Scale, factor: number, around: number): Extent {
  return { min: valueAt(scale, around - around * factor), max: valueAt(scale, around + (1 - around) * factor) };
}

/**
 * A stretch of an axis as it can be shown: one that reaches over an end is moved back as a whole, so that panning does not zoom.
 * @returns `whole` itself where nothing is left out of it
 */
export function within({ min, max }: Extent, whole: Extent): Extent {
  const length = max - min;
  if (length >= whole.max - whole.min) return whole;
  const start = Math.min(Math.max(min, whole.min), whole.max - length);
  return { min: start, max: start + length };
}

/** Room above and below the highest and the lowest value, as a share of what is between. */
const MARGIN = 0.06;

/** What one axis must show of all that lies between two places of x; null where there is nothing. */
export function valueExtent(
  content: ChartContent,
  side: Side,
  between: Extent,
  log: boolean,
  { least, greatest, include }: Pick<ValueAxis, 'least' | 'greatest' | 'include'>,
): Extent | null {
  let min = Infinity;
  let max = -Infinity;
  const add = (value: number): void => {
    if (log && value <= 0) return;
    if (value < min) min = value;
    if (value > max) max = value;
  };
  const addWithin = (x: ArrayLike<number>, y: ArrayLike<number>): void => {
    const { first, last } = inView(x, between);
    for (let index = first; index <= last; index++) add(y[index] ?? NaN);
  };
  for (const line of content.lines) if (line.side === side) addWithin(line.x, line.y);
  for (const layer of [...content.bands, ...content.whiskers]) {
    if (layer.side !== side) continue;
    addWithin(layer.x, layer.low);
    addWithin(layer.x, layer.high);
  }
  for (const level of content.levels) if (level.side === side) add(level.y);
  if (min > max) return null;
  for (const value of include) add(value);
  return padded({ min, max }, log, least, greatest);
}

/** Part of a value by which others differ that are the same but for rounding. */
const ROUNDING = 1e-9;

function padded({ min, max }: Extent, log: boolean, least: number, greatest: number): Extent {
  const one = max - min <= ROUNDING * Math.max(Math.abs(min), Math.abs(max));
  if (log) {
    const ratio = one ? 2 : (max / min) ** MARGIN;
    return { min: min / ratio, max: max * ratio };
  }
  // One value alone gets an axis around it; 0 is of no size, and gets one from -1 to 1.
  const room = one ? Math.abs(min) * 0.1 || 1 : (max - min) * MARGIN;
  return { min: Math.max(least, min - room), max: Math.min(greatest, max + room) };
}

/** Index of the first of the ascending values that is at least `value`. */
export function firstAtLeast(values: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? Infinity) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Indices of the points in view, with a neighbour on each side: from there lines are drawn into view. */
export function inView(x: ArrayLike<number>, { min, max }: Extent): { readonly first: number; readonly last: number } {
  return {
    first: Math.max(0, firstAtLeast(x, min) - 1),
    last: Math.min(x.length - 1, firstAtLeast(x, max)),
  };
}

/** Index of the one of the ascending values that is nearest; -1 of none. */
export function nearest(values: ArrayLike<number>, value: number): number {
  const after = firstAtLeast(values, value);
  if (after === 0) return values.length === 0 ? -1 : 0;
  const above = values[after] ?? Infinity;
  return above - value < value - (values[after - 1] ?? -Infinity) ? after : after - 1;
}
