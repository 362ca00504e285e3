/** How much room the axes of a chart take, and how many marks they have. */
import type { AxisFormats, ChartContent, Ticks } from './content.ts';
import type { Scale } from './scale.ts';
import { linearTicks, logTicks } from './ticks.ts';

/** Pixels. Charts above each other have their x axes in line, so the size does not follow the labels. */
export const LEFT_SIZE = 54;
export const RIGHT_SIZE = 46;
export const BOTTOM_SIZE = 24;
/** Without marks at the right there is still half a label of the x axis. */
const PADDING = 12;
/** Pixels between marks. */
const X_SPACE = 84;
const Y_SPACE = 34;

/** How a chart's plot is laid out in pixels of the page. */
export interface PlotLayout {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export function plotLayout(content: ChartContent): PlotLayout {
  return {
    left: LEFT_SIZE,
    right: usesRight(content) ? RIGHT_SIZE : PADDING,
    top: PADDING / 2,
    bottom: BOTTOM_SIZE,
  };
}

export function usesRight({ lines, bands, whiskers, levels }: ChartContent): boolean {
  return [...lines, ...bands, ...whiskers, ...levels].some(({ side }) => side === 'right');
}

/** Marks of an axis that is `pixels` long. */
export function xTicks(formats: AxisFormats, scale: Scale, pixels: number): Ticks {
  return formats.x.ticks(scale, Math.max(1, Math.floor(pixels / X_SPACE)));
}

export function yTicks(scale: Scale, pixels: number): Ticks {
  const count = Math.max(2, Math.floor(pixels / Y_SPACE));
  return scale.log ? logTicks(scale, count) : linearTicks(scale, count);
}
