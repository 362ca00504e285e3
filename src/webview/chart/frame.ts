/** Where on a drawing the plotting area lies, and where in it the values do. */
import type { Side } from './content.ts';
import { positions, type Scale } from './scale.ts';
import type { Theme } from './themeColours.ts';

/** The plotting area in pixels of what is drawn on. */
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

export function verticals({ area, y }: Pick<Frame, 'area' | 'y'>, side: Side): (value: number) => number {
  return positions(y[side], area.top + area.height, area.top);
}

export function horizontals({ area, x }: Pick<Frame, 'area' | 'x'>): (value: number) => number {
  return positions(x, area.left, area.left + area.width);
}
