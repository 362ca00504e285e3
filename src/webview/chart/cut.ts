/** Curves whose values mean something else from some place on: nothing is drawn across it. */
import type { Band, Extent, Line, Rule } from './content.ts';
import type { Scale } from './scale.ts';
import type { StepMap } from './stepMap.ts';

/**
 * Where nothing is drawn, its ends not among it: between the last point before each step and the first from it on. A point of several
 * steps, of which some lie on either side, is a mean of both and is left out.
 * @param breaks steps, ascending
 */
export function gapsAt(breaks: readonly number[], stepsPerPoint: number, map: StepMap): Extent[] {
  return breaks.map((step) => ({ min: map.toX(step - stepsPerPoint), max: map.toX(step) }));
}

/** The parts of a curve between the gaps. */
export function cutLine(line: Line, gaps: readonly Extent[]): Line[] {
  if (gaps.length === 0) return [line];
  return partsOf(line.x, gaps).map(({ from, to }) => ({
    ...line,
    x: slice(line.x, from, to),
    y: slice(line.y, from, to),
  }));
}

export function cutBand(band: Band, gaps: readonly Extent[]): Band[] {
  if (gaps.length === 0) return [band];
  return partsOf(band.x, gaps).map(({ from, to }) => ({
    ...band,
    x: slice(band.x, from, to),
    low: slice(band.low, from, to),
    high: slice(band.high, from, to),
  }));
}

/** Those of the lines at such places that stand in the plot. */
export function rulesInView(rules: readonly Rule[], { x: { min, max } }: { readonly x: Scale }): Rule[] {
  return rules.filter(({ x }) => x >= min && x <= max);
}

/** Points from `from` to before `to`. */
interface Part {
  readonly from: number;
  readonly to: number;
}

function partsOf(x: ArrayLike<number>, gaps: readonly Extent[]): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const { min, max } of gaps) {
    let to = from;
    while (to < x.length && (x[to] ?? 0) <= min) to++;
    let next = to;
    while (next < x.length && (x[next] ?? 0) < max) next++;
    parts.push({ from, to });
    from = next;
  }
  parts.push({ from, to: x.length });
  return parts.filter((part) => part.to > part.from);
}

function slice(values: ArrayLike<number>, from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => values[from + index] ?? NaN);
}
