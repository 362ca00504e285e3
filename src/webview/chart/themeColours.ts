/** The colours of a theme, as `rgba(r, g, b, a)`. */
import type { Colour } from './content.ts';

export interface Theme {
  readonly background: string;
  readonly text: string;
  readonly quietText: string;
  readonly gridLine: string;
  readonly fontFamily: string;
  /** By how much faint things are stronger: 1, or more in a theme of high contrast. */
  readonly strength: number;
  readonly colours: Readonly<Record<Colour, string>>;
}

/** A colour of the theme, let through by a share of what it lets through already. */
export function withOpacity(colour: string, opacity: number): string {
  const [, rgb, alpha] = /^rgba\((\d+, \d+, \d+), ([\d.]+)\)$/.exec(colour) ?? [];
  return rgb === undefined ? colour : `rgba(${rgb}, ${Number(alpha) * opacity})`;
}
