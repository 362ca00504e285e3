/** A chart as an SVG text: a picture for a paper or a note, in the colours on the screen. */
import {
  DASHES,
  type AxisFormats,
  type ChartContent,
  type Colour,
  type Dash,
  type Extent,
  type Side,
} from './content.ts';
import { rulesInView } from './cut.ts';
import { horizontals, verticals, type Area } from './frame.ts';
import { plotLayout, usesRight, xTicks, yTicks } from './layout.ts';
import { signOf, signPath } from './markPath.ts';
import { inView, type Scale } from './scale.ts';
import type { Theme } from './themeColours.ts';

export interface PictureText {
  readonly title: string;
  /** Under the title: the run, say. */
  readonly subtitle: string;
  readonly legend: readonly { readonly label: string; readonly colour: Colour; readonly dash: Dash }[];
}

export interface Picture {
  readonly svg: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

const MARGIN = 12;
const LINE_HEIGHT = 18;
const FONT_SIZE = 12;
const CAP = 3;
const DOT = 2.5;
const SWATCH = 18;
/** Of a letter on average; a legend is broken before it reaches the edge. */
const LETTER_WIDTH = 7;

type Scales = Readonly<Record<'x' | Side, Scale>>;

/** @param size of the plot with its axes; title and legend come above it */
export function svgPicture(
  { title, subtitle, legend }: PictureText,
  content: ChartContent,
  scales: Scales,
  formats: AxisFormats,
  theme: Theme,
  size: { readonly width: number; readonly height: number },
): Picture {
  const entries = legendEntries(legend, size.width);
  const rows = (entries.at(-1)?.row ?? -1) + 1;
  const head = MARGIN + (2 + rows) * LINE_HEIGHT + MARGIN / 2;
  const layout = plotLayout(content);
  const area: Area = {
    left: layout.left,
    top: head + layout.top,
    width: size.width - layout.left - layout.right,
    height: size.height - layout.top - layout.bottom,
  };
  // Half of the last mark's text lies beside the plot.
  const width = size.width + MARGIN;
  const height = head + size.height + MARGIN;
  const parts = [
    tag('rect', { width, height, fill: theme.background }),
    label(MARGIN, MARGIN + FONT_SIZE, title, theme.text, 'start', 'font-weight="600"'),
    label(MARGIN, MARGIN + FONT_SIZE + LINE_HEIGHT, subtitle, theme.quietText, 'start'),
    ...entries.map(({ entry, left, row }) => {
      const y = MARGIN + FONT_SIZE + (2 + row) * LINE_HEIGHT;
      const swatch = stroke(`M${left} ${y - 4}H${left + SWATCH}`, theme.colours[entry.colour], 2, entry.dash);
      return swatch + label(left + SWATCH + 6, y, entry.label, theme.text, 'start');
    }),
    ...axisParts(content, scales, formats, theme, area),
    tag('clipPath', { id: 'plot' }, tag('rect', rectangle(area))),
    `<g clip-path="url(#plot)">${layerParts(content, scales, theme, area).join('')}</g>`,
  ];
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="${escaped(theme.fontFamily)}" font-size="${FONT_SIZE}">${parts.join('')}</svg>\n`;
  return { svg, width, height };
}

function legendEntries(legend: PictureText['legend'], width: number) {
  let left = MARGIN;
  let row = 0;
  return legend.map((entry) => {
    const needs = SWATCH + 6 + entry.label.length * LETTER_WIDTH + MARGIN;
    if (left > MARGIN && left + needs > width - MARGIN) {
      left = MARGIN;
      row++;
    }
    const placed = { entry, left, row };
    left += needs;
    return placed;
  });
}

function axisParts(content: ChartContent, scales: Scales, formats: AxisFormats, theme: Theme, area: Area): string[] {
  const right = area.left + area.width;
  const bottom = area.top + area.height;
  const toX = horizontals({ area, x: scales.x });
  const parts = xTicks(formats, scales.x, area.width).values.map((value) =>
    label(toX(value), bottom + LINE_HEIGHT, formats.x.format(value), theme.quietText, 'middle'),
  );
  for (const side of usesRight(content) ? (['left', 'right'] as const) : (['left'] as const)) {
    const toY = verticals({ area, y: scales }, side);
    const ticks = yTicks(scales[side], area.height);
    for (const value of ticks.values) {
      const y = toY(value);
      const text = formats[side].format(value, ticks.step);
      if (side === 'left') {
        parts.push(stroke(`M${area.left} ${round(y)}H${right}`, theme.gridLine, 1, 'solid'));
        parts.push(label(area.left - 6, y + 4, text, theme.quietText, 'end'));
      } else parts.push(label(right + 6, y + 4, text, theme.quietText, 'start'));
    }
  }
  return parts;
}

function layerParts(content: ChartContent, scales: Scales, theme: Theme, area: Area): string[] {
  const toX = horizontals({ area, x: scales.x });
  const toY = { left: verticals({ area, y: scales }, 'left'), right: verticals({ area, y: scales }, 'right') };
  const points = (
    x: ArrayLike<number>,
    y: ArrayLike<number>,
    side: Side,
    view: Extent,
  ): (readonly [number, number])[] => {
    const { first, last } = inView(x, view);
    const all: (readonly [number, number])[] = [];
    for (let index = first; index <= last; index++) {
      const value = y[index] ?? NaN;
      if (!Number.isFinite(value) || (scales[side].log && value <= 0)) continue;
      all.push([round(toX(x[index] ?? 0)), round(toY[side](value))]);
    }
    return all;
  };
  const path = (all: readonly (readonly [number, number])[]): string =>
    all.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join('');
  return [
    ...content.bands.map(({ x, low, high, side, colour, opacity }) => {
      const outline = [...points(x, high, side, scales.x), ...points(x, low, side, scales.x).reverse()];
      return tag('path', { d: `${path(outline)}Z`, fill: theme.colours[colour], 'fill-opacity': opacity });
    }),
    ...content.levels.map(({ y, side, colour, dash }) =>
      stroke(`M${area.left} ${round(toY[side](y))}h${area.width}`, theme.colours[colour], 1, dash),
    ),
    ...rulesInView(content.rules ?? [], scales).map((rule) => {
      const x = round(toX(rule.x));
      const before = x > area.left + area.width / 2;
      const line = stroke(`M${x} ${area.top}v${area.height}`, theme.colours.foreground, 1, 'dashed');
      return (
        line +
        label(before ? x - 4 : x + 4, area.top + FONT_SIZE, rule.label, theme.quietText, before ? 'end' : 'start')
      );
    }),
    ...content.whiskers.map(({ x, low, high, side, colour }) => {
      const lows = points(x, low, side, scales.x);
      const marks = points(x, high, side, scales.x).map(([at, top], index) => {
        const bottom = lows[index]?.[1] ?? top;
        return `M${at} ${bottom}V${top}M${at - CAP} ${top}h${2 * CAP}M${at - CAP} ${bottom}h${2 * CAP}`;
      });
      return stroke(marks.join(''), theme.colours[colour], 1, 'solid');
    }),
    ...content.lines.map(({ x, y, side, colour, dash, width, opacity, dots }) => {
      const all = points(x, y, side, scales.x);
      const curve = stroke(path(all), theme.colours[colour], width, dash, opacity);
      if (!dots) return curve;
      return curve + all.map(([cx, cy]) => tag('circle', { cx, cy, r: DOT, fill: theme.colours[colour] })).join('');
    }),
    ...(content.marks ?? []).map((mark) => {
      const sign = signOf(mark, { area, x: scales.x, y: scales, ratio: 1 });
      if (sign === null) return '';
      return tag('path', { d: signPath(sign), fill: theme.colours[mark.colour], stroke: theme.background });
    }),
  ];
}

function rectangle({ left, top, width, height }: Area): Record<string, number> {
  return { x: left, y: top, width, height };
}

function stroke(d: string, colour: string, width: number, dash: Dash, opacity = 1): string {
  return tag('path', {
    d,
    fill: 'none',
    stroke: colour,
    'stroke-width': width,
    'stroke-linejoin': 'round',
    ...(opacity < 1 ? { 'stroke-opacity': opacity } : {}),
    ...(dash === 'solid' ? {} : { 'stroke-dasharray': DASHES[dash].join(' ') }),
  });
}

function label(x: number, y: number, text: string, colour: string, anchor: string, more = ''): string {
  return `<text x="${round(x)}" y="${round(y)}" fill="${colour}" text-anchor="${anchor}" ${more}>${escaped(text)}</text>`;
}

function tag(name: string, attributes: Readonly<Record<string, string | number>>, inside = ''): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  return `<${name}${written.join('')}>${inside}</${name}>`;
}

/** A hundredth of a pixel is more than can be seen. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Names of runs and metrics come from files; and a file must have no character that XML does not allow. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
