/** Drawings of points with the line through them, side by side: SVG without a script, for light and dark pages. */
import type { Line, Point } from './fit.ts';

export interface Panel {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly points: readonly Point[];
  readonly line: Line;
  /** What the line says, in words. */
  readonly remark: string;
  /** Joins the points, where they are a course. */
  readonly joined?: boolean;
}

/** Of each panel, in the drawing's own units. */
const WIDTH = 320;
const HEIGHT = 240;
const MARGIN = { left: 52, right: 16, top: 44, bottom: 40 };

/** A middle grey can be read on white and on black. */
const STYLE =
  'text { font: 11px sans-serif; fill: #777; } .title { font-weight: bold; } line, polyline { stroke: #777; fill: none; } ' +
  '.grid { opacity: 0.3; } .fit { stroke: #d9822b; stroke-width: 1.5; } circle { fill: #3d85c6; } .course { stroke: #3d85c6; }';

export function drawPanels(panels: readonly Panel[]): string {
  const width = WIDTH * panels.length;
  const label = panels.map(({ title, remark }) => `${title}: ${remark}`).join('. ');
  const drawn = panels.map((panel, index) => `<g transform="translate(${index * WIDTH} 0)">${draw(panel)}</g>\n`);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" role="img" aria-label="${escaped(label)}">\n` +
    `<style>${STYLE}</style>\n${drawn.join('')}</svg>\n`
  );
}

function draw({ title, xLabel, yLabel, points, line, remark, joined = false }: Panel): string {
  const most = (of: (point: Point) => number): number => Math.max(...points.map(of));
  const right = most(({ x }) => x);
  const top = most(({ y }) => y) * 1.1;
  const x = (value: number): string => round(MARGIN.left + (value / right) * (WIDTH - MARGIN.left - MARGIN.right));
  const y = (value: number): string =>
    round(HEIGHT - MARGIN.bottom - (value / top) * (HEIGHT - MARGIN.top - MARGIN.bottom));
  const grid = [0, 0.5, 1].map(
    (share) =>
      `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(share * top)}" y2="${y(share * top)}"/>` +
      `<text x="${MARGIN.left - 6}" y="${y(share * top)}" text-anchor="end" dominant-baseline="middle">${tick(share * top)}</text>` +
      `<text x="${x(share * right)}" y="${HEIGHT - MARGIN.bottom + 14}" text-anchor="middle">${tick(share * right)}</text>`,
  );
  const at = (value: number): string => y(line.intercept + line.slope * value);
  const marks = joined
    ? `<polyline class="course" points="${points.map((point) => `${x(point.x)},${y(point.y)}`).join(' ')}"/>`
    : points.map((point) => `<circle cx="${x(point.x)}" cy="${y(point.y)}" r="3"/>`).join('');
  return [
    `<text class="title" x="${MARGIN.left}" y="14">${escaped(title)}</text>`,
    `<text x="${MARGIN.left}" y="29">${escaped(`${yLabel}; ${remark}`)}</text>`,
    ...grid,
    `<line class="fit" x1="${x(0)}" x2="${x(right)}" y1="${at(0)}" y2="${at(right)}"/>`,
    marks,
    `<text x="${(WIDTH + MARGIN.left) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${escaped(xLabel)}</text>`,
  ].join('\n');
}

function tick(value: number): string {
  return String(Number(value.toPrecision(2)));
}

function round(value: number): string {
  return String(Number(value.toFixed(2)));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
