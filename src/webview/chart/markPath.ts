/** Where the sign of a marked point stands, for the screen, for a picture and for the pointer alike. */
import type { Mark } from './content.ts';
import { horizontals, verticals, type Frame } from './frame.ts';

/** Pixels of the page: of the sign's sides and height, and from it to its point. */
const HALF_WIDTH = 6;
const HEIGHT = 10;
const ABOVE = 5;

/** Pixels of what is drawn on. */
export interface Sign {
  readonly x: number;
  readonly base: number;
  readonly top: number;
  readonly halfWidth: number;
}

/** Above its point, but never above the plot; null where the point is out of view. */
export function signOf({ x, y, side }: Mark, frame: Pick<Frame, 'area' | 'x' | 'y' | 'ratio'>): Sign | null {
  const { area, ratio } = frame;
  const values = frame.y[side];
  if (x < frame.x.min || x > frame.x.max || y < values.min || y > values.max) return null;
  const base = Math.max(verticals(frame, side)(y) - ABOVE * ratio, area.top + (HEIGHT + 1) * ratio);
  return { x: horizontals(frame)(x), base, top: base - HEIGHT * ratio, halfWidth: HALF_WIDTH * ratio };
}

/** A triangle on its base, like the editor's own sign of a warning. */
export function signPath({ x, base, top, halfWidth }: Sign): string {
  return `M${x - halfWidth} ${base}H${x + halfWidth}L${x} ${top}Z`;
}
