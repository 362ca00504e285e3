/** The options with which uPlot draws one chart: curves, axes and the pointer. Nothing here changes after a plot is made. */
import type uPlot from 'uplot';
import { DASHES, type AxisFormats, type ChartContent, type Line, type Side } from './content.ts';
import { BOTTOM_SIZE, LEFT_SIZE, plotLayout, RIGHT_SIZE, usesRight, xTicks, yTicks } from './layout.ts';
import type { Scale } from './scale.ts';
import { withOpacity, type Theme } from './themeColours.ts';

/* eslint-disable @typescript-eslint/no-unsafe-enum-assignment -- uPlot's enums are ambient: types without values */
const LINEAR: uPlot.Scale.Distr = 1;
const LOGARITHMIC: uPlot.Scale.Distr = 3;
const AT_LEFT: uPlot.Axis.Side = 3;
const AT_RIGHT: uPlot.Axis.Side = 1;
/* eslint-enable @typescript-eslint/no-unsafe-enum-assignment */

const FONT_SCALE = 0.85;

/** What of a chart needs another plot when it changes. */
export function plotKey(content: ChartContent, log: boolean): string {
  const looks = content.lines.map(({ colour, dash, width, opacity, dots, side }) => [
    ...[colour, dash, width, opacity, dots, side],
  ]);
  return JSON.stringify([looks, log, usesRight(content)]);
}

export interface PlotOptions {
  readonly content: ChartContent;
  readonly log: boolean;
  readonly formats: AxisFormats;
  readonly theme: Theme;
  readonly width: number;
  readonly height: number;
  readonly scale: (axis: 'x' | Side) => Scale;
  readonly drawBelow: (plot: uPlot) => void;
  readonly drawAbove: (plot: uPlot) => void;
  readonly onCursor: (plot: uPlot) => void;
  readonly onSelect: (plot: uPlot) => void;
  readonly onReset: () => void;
}

export function plotOptions(options: PlotOptions): uPlot.Options {
  const { content, log, theme, width, height, scale } = options;
  const range = (axis: 'x' | Side) => (): [number, number] => [scale(axis).min, scale(axis).max];
  const layout = plotLayout(content);
  return {
    width,
    height,
    padding: [layout.top, usesRight(content) ? 0 : layout.right, 0, 0],
    legend: { show: false },
    scales: {
      x: { time: false, range: range('x') },
      left: { range: range('left'), distr: log ? LOGARITHMIC : LINEAR },
      ...(usesRight(content) ? { right: { range: range('right'), distr: LINEAR } } : {}),
    },
    axes: axes(options),
    series: [{}, ...content.lines.map((line) => series(line, theme))],
    cursor: {
      y: false,
      drag: { x: true, y: true, uni: 24, setScale: false },
      hover: { skip: [null, undefined] },
      points: { size: (_, index) => ((content.lines[index - 1]?.opacity ?? 0) < 1 ? 0 : 6), width: 0 },
      bind: {
        dblclick: () => () => {
          options.onReset();
          return null;
        },
      },
    },
    hooks: {
      drawAxes: [options.drawBelow],
      draw: [options.drawAbove],
      setCursor: [options.onCursor],
      setSelect: [options.onSelect],
    },
  };
}

function series(line: Line, theme: Theme): uPlot.Series {
  return {
    scale: line.side,
    stroke: withOpacity(theme.colours[line.colour], Math.min(1, line.opacity * theme.strength)),
    width: line.width,
    dash: [...DASHES[line.dash]],
    spanGaps: true,
    // A single point makes no line.
    points: line.dots
      ? { show: true, size: 5, fill: theme.colours[line.colour] }
      : { show: (plot) => plot.data[0].length === 1, size: 5, fill: theme.colours[line.colour] },
  };
}

function axes({ content, formats, theme, scale }: PlotOptions): uPlot.Axis[] {
  const size = FONT_SCALE * parseFloat(getComputedStyle(document.body).fontSize);
  const shared = {
    font: `${size}px ${theme.fontFamily}`,
    stroke: theme.quietText,
    ticks: { show: false },
    gap: 6,
    filter: (_: uPlot, splits: number[]) => splits,
  };
  const side = (name: Side, position: uPlot.Axis.Side, axisSize: number): uPlot.Axis => ({
    ...shared,
    scale: name,
    side: position,
    size: axisSize,
    grid: { show: name === 'left', stroke: theme.gridLine, width: 1, filter: (_, splits) => splits },
    splits: (plot) => [...yTicks(scale(name), cssPixels(plot.bbox.height)).values],
    values: (plot, splits) => {
      const { step } = yTicks(scale(name), cssPixels(plot.bbox.height));
      return splits.map((value) => formats[name].format(value, step));
    },
  });
  return [
    {
      ...shared,
      size: BOTTOM_SIZE,
      grid: { show: false },
      splits: (plot) => [...xTicks(formats, scale('x'), cssPixels(plot.bbox.width)).values],
      values: (_, splits) => splits.map((value) => formats.x.format(value)),
    },
    side('left', AT_LEFT, LEFT_SIZE),
    ...(usesRight(content) ? [side('right', AT_RIGHT, RIGHT_SIZE)] : []),
  ];
}

function cssPixels(canvasPixels: number): number {
  return canvasPixels / devicePixelRatio;
}
