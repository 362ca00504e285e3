/** Draws the layers that uPlot has no series for, on its canvas: bands, intervals, levels and rules, below the curves. */
import { DASHES, type Band, type ChartContent, type Whiskers } from './content.ts';
import { horizontals, verticals, type Area, type Frame } from './frame.ts';
import { drawRules } from './rules.ts';
import { inView } from './scale.ts';
import { withOpacity } from './themeColours.ts';

/** Pixels of the page from the middle of an interval to the end of its caps. */
const CAP = 3;

export function drawLayers(context: CanvasRenderingContext2D, content: ChartContent, frame: Frame): void {
  const { area, theme } = frame;
  context.save();
  clip(context, area, 0);
  for (const band of content.bands) {
    context.fillStyle = withOpacity(theme.colours[band.colour], band.opacity * theme.strength);
    context.fill(bandPath(band, frame));
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
  drawRules(context, content.rules ?? [], frame);
  context.restore();
  context.save();
  // The first and the last point stand on the edge, and their intervals partly beside it.
  clip(context, area, CAP * frame.ratio);
  for (const whiskers of content.whiskers) {
    context.strokeStyle = theme.colours[whiskers.colour];
    context.lineWidth = frame.ratio;
    context.stroke(whiskerPath(whiskers, frame));
  }
  context.restore();
}

function clip(context: CanvasRenderingContext2D, { left, top, width, height }: Area, beside: number): void {
  context.beginPath();
  context.rect(left - beside, top, width + 2 * beside, height);
  context.clip();
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
