/** What a chart shows: layers of numbers with their looks, the same for the screen and for a picture that is saved. */

/** A colour of the editor's theme for charts, in the order in which curves take them. */
const COLOURS = ['blue', 'orange', 'green', 'purple', 'red', 'yellow'] as const;
export type Colour = (typeof COLOURS)[number] | 'foreground';

export type Dash = 'solid' | 'dashed' | 'dotted';

/** Pixels of line and gap; what is told by colour is told by this too. */
export const DASHES: Readonly<Record<Dash, readonly number[]>> = { solid: [], dashed: [6, 3], dotted: [2, 3] };

/** Looks of the n-th of several curves: first the colours, then the colours again in another dash. */
export function looksOf(index: number): { readonly colour: Colour; readonly dash: Dash } {
  const dashes: readonly Dash[] = ['solid', 'dashed', 'dotted'];
  return {
    colour: COLOURS[index % COLOURS.length] ?? 'foreground',
    dash: dashes[Math.floor(index / COLOURS.length) % dashes.length] ?? 'solid',
  };
}

/** The value axis that a layer belongs to. */
export type Side = 'left' | 'right';

interface Layer {
  readonly colour: Colour;
  readonly side: Side;
  /** Ascending. */
  readonly x: ArrayLike<number>;
}

export interface Line extends Layer {
  /** Finite, as long as `x`. */
  readonly y: ArrayLike<number>;
  readonly dash: Dash;
  /** Pixels. */
  readonly width: number;
  /** From 0 to 1. */
  readonly opacity: number;
  /** A dot at every point: few points, each of which counts. */
  readonly dots: boolean;
}

/** The room between two curves. */
export interface Band extends Layer {
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  readonly opacity: number;
}

/** An interval standing at each of its points. */
export interface Whiskers extends Layer {
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
}

/** A value that holds everywhere, as a line across the chart. */
export interface Level {
  readonly y: number;
  readonly colour: Colour;
  readonly side: Side;
  readonly dash: Dash;
}

/** A point that there is something to say about. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly side: Side;
  readonly colour: Colour;
  /** Untrusted text: shown as such. */
  readonly title: string;
}

/** A place from which on values mean something else, as a line from top to bottom. */
export interface Rule {
  readonly x: number;
  /** The first step behind it. */
  readonly step: number;
  readonly label: string;
  /** Where the pointer is on the label. Untrusted text: shown as such. */
  readonly title: string;
}

export interface ChartContent {
  readonly lines: readonly Line[];
  readonly bands: readonly Band[];
  readonly whiskers: readonly Whiskers[];
  readonly levels: readonly Level[];
  readonly marks?: readonly Mark[];
  readonly rules?: readonly Rule[];
}

export const NOTHING: ChartContent = { lines: [], bands: [], whiskers: [], levels: [] };

/** Where an axis is marked. */
export interface Ticks {
  readonly values: readonly number[];
  /** Between neighbours; of a logarithmic axis 0. */
  readonly step: number;
}

export interface Extent {
  readonly min: number;
  readonly max: number;
}

/** How an axis of values is laid out. */
export interface ValueAxis {
  /** Text of a value at a mark; the distance between marks says how many digits tell them apart. */
  readonly format: (value: number, step: number) => string;
  /** Values that the axis never leaves: a share is between 0 and 1. */
  readonly least: number;
  readonly greatest: number;
  /** Values that it always shows. */
  readonly include: readonly number[];
}

export interface XAxis {
  readonly ticks: (extent: Extent, count: number) => Ticks;
  readonly format: (value: number) => string;
}

export interface AxisFormats {
  readonly x: XAxis;
  readonly left: ValueAxis;
  readonly right: ValueAxis;
}
