/**
 * More points than pixels: what would be drawn is a field, at the cost of thousands of strokes. It is drawn as one, from the lowest to
 * the highest value in each stretch, with the mean as the curve.
 */
import type { Band, ChartContent, Extent, Line } from './content.ts';
import { inView } from './scale.ts';

/** Of the field around a curve, as a part of the curve's own. */
const FIELD_OPACITY = 0.25;

/** The same content in at most about `pixels` points for each curve between the ends of x. */
export function thinned(content: ChartContent, view: Extent, pixels: number): ChartContent {
  const lines: Line[] = [];
  const fields: Band[] = [];
  for (const line of content.lines) {
    const stretches = stretchesOf(line.x, view, pixels);
    if (stretches === null) {
      lines.push(line);
      continue;
    }
    const { colour, side, opacity } = line;
    const x = stretches.map(({ first }) => line.x[first] ?? 0);
    // What is faint lies behind its average, and has no line of its own.
    const isBehind = opacity < 1;
    fields.push({
      ...{ colour, side, x, opacity: isBehind ? opacity : opacity * FIELD_OPACITY },
      low: stretches.map((stretch) => over(line.y, stretch, Math.min)),
      high: stretches.map((stretch) => over(line.y, stretch, Math.max)),
    });
    if (!isBehind) lines.push({ ...line, x, y: stretches.map((stretch) => mean(line.y, stretch)) });
  }
  const bands = content.bands.map((band) => {
    const stretches = stretchesOf(band.x, view, pixels);
    if (stretches === null) return band;
    return {
      ...band,
      x: stretches.map(({ first }) => band.x[first] ?? 0),
      low: stretches.map((stretch) => over(band.low, stretch, Math.min)),
      high: stretches.map((stretch) => over(band.high, stretch, Math.max)),
    };
  });
  return { ...content, lines, bands: [...bands, ...fields] };
}

/** Points from the first to the last, both in it. */
interface Stretch {
  readonly first: number;
  readonly last: number;
}

/**
 * Stretches of x of one length; null where there are no more points than pixels. They lie at multiples of their length, a power of
 * two, so that a curve that grows does not flicker.
 */
function stretchesOf(x: ArrayLike<number>, view: Extent, pixels: number): Stretch[] | null {
  const { first, last } = inView(x, view);
  if (last - first < pixels || !(view.max > view.min)) return null;
  const length = 2 ** Math.ceil(Math.log2((view.max - view.min) / pixels));
  const stretches: Stretch[] = [];
  let begin = first;
  for (let index = first; index <= last; index++) {
    const next = index === last ? NaN : Math.floor((x[index + 1] ?? 0) / length);
    if (next === Math.floor((x[index] ?? 0) / length)) continue;
    stretches.push({ first: begin, last: index });
    begin = index + 1;
  }
  return stretches;
}

function over(values: ArrayLike<number>, { first, last }: Stretch, pick: (a: number, b: number) => number): number {
  let found = values[first] ?? NaN;
  for (let index = first + 1; index <= last; index++) found = pick(found, values[index] ?? NaN);
  return found;
}

function mean(values: ArrayLike<number>, { first, last }: Stretch): number {
  let sum = 0;
  for (let index = first; index <= last; index++) sum += values[index] ?? NaN;
  return sum / (last - first + 1);
}
