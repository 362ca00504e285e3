/** Draws the layers that uPlot has no series for, on its canvas: bands, intervals and levels, below the curves. */
import { DASHES, type Band, type ChartContent, type Extent, type Side, type Whiskers } from './content.ts';
import { firstAtLeast, positions, type Scale } from './scale.ts';
import { withOpacity, type Theme } from './theme.ts';

/** The plotting area in pixels of the canvas. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Frame {
  readonly area: Area;
  readonly x: Scale;
  readonly y: Readonly<Record<Side, Scale>>;
  /** Canvas pixels of one pixel of the page. */
  readonly ratio: number;
  readonly theme: Theme;
}

/** Pixels of the page from the middle of an interval to the end of its caps. */
const CAP = 3;

export function drawLayers(context: CanvasRenderingContext2D, content: ChartContent, frame: Frame): void {
  const { area, theme } = frame;
  context.save();
  context.beginPath();
  // The first and the last point stand on the edge, and their intervals beside it too.
  const beside = CAP * frame.ratio;
  context.rect(area.left - beside, area.top, area.width + 2 * beside, area.height);
  context.clip();
  for (const band of content.bands) {
    const path = bandPath(band, frame);
    context.fillStyle = withOpacity(theme.colours[band.colour], band.opacity * theme.strength);
    context.fill(path);
  }
  for (const level of content.levels) {
    const y = Math.round(verticals(frame, level.side)(level.y));
    context.strokeStyle = theme.colours[level.colour];
    context.lineWidth = frame.ratio;
    context.setLineDash(DASHES[level.dash].map((pixels) => pixels * frame.ratio));
    context.beginPath();
    context.moveTo(area.left, y);
    context.lineTo(area.left + area.width, y);
    context.stroke();
  }
  context.setLineDash([]);
  for (const whiskers of content.whiskers) {
    context.strokeStyle = theme.colours[whiskers.colour];
    context.lineWidth = frame.ratio;
    context.stroke(whiskerPath(whiskers, frame));
  }
  context.restore();
}

export function verticals({ area, y }: Pick<Frame, 'area' | 'y'>, side: Side): (value: number) => number {
  return positions(y[side], area.top + area.height, area.top);
}

export function horizontals({ area, x }: Pick<Frame, 'area' | 'x'>): (value: number) => number {
  return positions(x, area.left, area.left + area.width);
}

/** Indices of the points in view, with a neighbour on each side. */
export function inView(x: ArrayLike<number>, { min, max }: Extent): { readonly first: number; readonly last: number } {
  return {
    first: Math.max(0, firstAtLeast(x, min) - 1),
    last: Math.min(x.length - 1, firstAtLeast(x, max)),
  };
}

function bandPath({ x, low, high, side }: Band, frame: Frame): Path2D {
  const path = new Path2D();
  const [toX, toY] = [horizontals(frame), verticals(frame, side)];
  const { first, last } = inView(x, frame.x);
  for (let index = first; index <= last; index++) path.lineTo(toX(x[index] ?? 0), toY(high[index] ?? 0));
  for (let index = last; index >= first; index--) path.lineTo(toX(x[index] ?? 0), toY(low[index] ?? 0));
  path.closePath();
  return path;
}

function whiskerPath({ x, low, high, side }: Whiskers, frame: Frame): Path2D {
  const path = new Path2D();
  const [toX, toY] = [horizontals(frame), verticals(frame, side)];
  const cap = CAP * frame.ratio;
  const { first, last } = inView(x, frame.x);
  for (let index = first; index <= last; index++) {
    const middle = Math.round(toX(x[index] ?? 0));
    for (const end of [toY(low[index] ?? 0), toY(high[index] ?? 0)]) {
      path.moveTo(middle - cap, end);
      path.lineTo(middle + cap, end);
    }
    path.moveTo(middle, toY(low[index] ?? 0));
    path.lineTo(middle, toY(high[index] ?? 0));
  }
  return path;
}
