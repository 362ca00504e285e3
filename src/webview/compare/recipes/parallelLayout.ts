/** Where a table of recipes is on parallel coordinates: an axis for each setting and the accuracy, a line for each recipe. */
import type { Difference } from '../../../engine/protocol/comparison.ts';
import type { RecipeTable } from '../../../engine/protocol/recipeTable.ts';
import { describeValue } from '../../../engine/words/describeValue.ts';
import { percent } from '../../../engine/words/format.ts';
import { linearTicks, logTicks } from '../../chart/ticks.ts';

export interface ParallelTick {
  /** From 0 at the bottom to 1 at the top. */
  readonly at: number;
  /** May come from an experiment of anyone's: shown as text. */
  readonly label: string;
}

export interface ParallelAxis {
  readonly title: string;
  /** The whole path of the setting. */
  readonly path: string;
  readonly ticks: readonly ParallelTick[];
}

export interface ParallelLine {
  /** Which row of the table. */
  readonly row: number;
  /** On each axis, from 0 to 1. */
  readonly at: readonly number[];
}

export interface ParallelLayout {
  /** Settings, then the accuracy. */
  readonly axes: readonly ParallelAxis[];
  /** Of what was measured. */
  readonly lines: readonly ParallelLine[];
  /** Settings that have no axis. */
  readonly left: number;
}

/** More settings than these are no picture any more. */
const MAX_SETTINGS = 7;
/** Where the largest value is this many times the smallest, values are told apart by their ratio. */
const DECADE = 10;
const MAX_TICKS = 6;
/** Of the height; closer marks lie on each other. */
const LEAST_GAP = 0.08;

export function parallelLayout({ parameters, rows }: Pick<RecipeTable, 'parameters' | 'rows'>): ParallelLayout {
  const shown = parameters.slice(0, MAX_SETTINGS);
  const titles = titlesOf(shown.map(({ path }) => path));
  const settings = shown.map((parameter, index) => settingAxis(parameter, titles[index] ?? parameter.path));
  const measured = rows.flatMap(({ accuracy }, row) => (accuracy === null ? [] : [{ row, value: accuracy.value }]));
  const accuracy = accuracyAxis(measured.map(({ value }) => value));
  return {
    axes: [...settings.map(({ axis }) => axis), accuracy.axis],
    lines: measured.map(({ row, value }) => ({
      row,
      at: [...settings.map(({ at }) => at[row] ?? 0), accuracy.place(value)],
    })),
    left: parameters.length - shown.length,
  };
}

interface Setting {
  readonly axis: ParallelAxis;
  /** Of each row. */
  readonly at: readonly number[];
}

function settingAxis({ path, values }: Difference, title: string): Setting {
  const numbers = values.filter((value) => typeof value === 'number');
  const { ticks, at } = numbers.length === values.length ? numeric(numbers) : categorical(values);
  return { axis: { title, path, ticks }, at };
}

type Placed = Pick<Setting, 'at'> & Pick<ParallelAxis, 'ticks'>;

/** By ratio where the values span a decade, else by difference. */
function numeric(values: readonly number[]): Placed {
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const isLog = min > 0 && max / min >= DECADE;
  const scaled = (value: number): number => (isLog ? Math.log(value) : value);
  const place = placing(scaled(min), scaled(max));
  const distinct = [...new Set(values)].sort((a, b) => a - b).map((value) => tick(place(scaled(value)), value));
  if (distinct.length <= MAX_TICKS && isApart(distinct))
    return { ticks: distinct, at: values.map((value) => place(scaled(value))) };
  const round = (isLog ? logTicks : linearTicks)({ min, max }, MAX_TICKS).values;
  return {
    ticks: round.map((value) => tick(place(scaled(value)), value)),
    at: values.map((value) => place(scaled(value))),
  };
}

function tick(at: number, value: number): ParallelTick {
  return { at, label: describeValue(value) };
}

function isApart(ticks: readonly ParallelTick[]): boolean {
  return ticks.every(({ at }, index) => index === 0 || at - (ticks[index - 1]?.at ?? 0) >= LEAST_GAP);
}

/** Numbers by value, then words, then what is not set. */
function byKind(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [kindOfA, kindOfB] = [kindOf(a), kindOf(b)];
  if (kindOfA !== kindOfB) return kindOfA - kindOfB;
  const [nameOfA, nameOfB] = [describeValue(a), describeValue(b)];
  return nameOfA < nameOfB ? -1 : Number(nameOfA > nameOfB);
}

function kindOf(value: unknown): number {
  if (value === undefined || value === null) return 2;
  return typeof value === 'number' ? 0 : 1;
}

/** Words, and whatever is no number in all rows, one above the other. */
function categorical(values: readonly unknown[]): Placed {
  const names = values.map(describeValue);
  const distinct = [...new Set(values.toSorted(byKind).map(describeValue))];
  const place = placing(0, distinct.length - 1);
  return {
    ticks: distinct.map((label, index) => ({ at: place(index), label })),
    at: names.map((name) => place(distinct.indexOf(name))),
  };
}

function accuracyAxis(values: readonly number[]): {
  readonly axis: ParallelAxis;
  readonly place: (value: number) => number;
} {
  const [min, max] = values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)];
  const place = placing(min, max);
  const ends = [...new Set([min, max])].map((value) => ({ at: place(value), label: percent(value) }));
  const between = linearTicks({ min, max }, MAX_TICKS)
    .values.map((value) => ({ at: place(value), label: percent(value) }))
    .filter(({ at }) => ends.every((end) => Math.abs(end.at - at) >= LEAST_GAP));
  return { axis: { title: 'Accuracy', path: 'Held-out accuracy', ticks: [...ends, ...between] }, place };
}

/** Of a single value, the middle. */
function placing(min: number, max: number): (value: number) => number {
  return (value) => (max > min ? (value - min) / (max - min) : 0.5);
}

/** The last key, or the whole path where several end in it. */
function titlesOf(paths: readonly string[]): string[] {
  const last = paths.map((path) => path.split('.').at(-1) ?? path);
  return last.map((name, index) => (last.indexOf(name) === last.lastIndexOf(name) ? name : (paths[index] ?? name)));
}
