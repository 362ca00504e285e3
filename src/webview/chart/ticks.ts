/** Where the marks of an axis are, and what they say. */
import { count, duration } from '../../engine/words/format.ts';
import type { Extent, Ticks } from './content.ts';

/** Part of a value that a double still tells from another, with some to spare. */
const FINEST = 1e-12;

/** Round numbers that people count in. */
const DECIMAL = [1, 2, 5, 10];

/** At most about `count` marks, on round numbers. */
export function linearTicks({ min, max }: Extent, count: number): Ticks {
  const least = (max - min) / Math.max(1, count);
  // Where a step is lost in rounding there would be no end of them.
  if (!(least > FINEST * Math.max(Math.abs(min), Math.abs(max))) || !Number.isFinite(least))
    return { values: [], step: 0 };
  const power = 10 ** Math.floor(Math.log10(least));
  return multiples({ min, max }, (DECIMAL.find((factor) => factor * power >= least) ?? 10) * power);
}

/** Steps are counted in whole numbers. */
export function stepTicks(extent: Extent, count: number): Ticks {
  const ticks = linearTicks(extent, count);
  return ticks.step >= 1 ? ticks : multiples(extent, 1);
}

const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/** Of an axis in seconds. */
export function timeTicks({ min, max }: Extent, count: number): Ticks {
  const least = (max - min) / Math.max(1, count);
  const step = SECONDS.find((seconds) => seconds >= least);
  return step === undefined || least < 0.5 ? linearTicks({ min, max }, count) : multiples({ min, max }, step);
}

/** Powers of ten, every n-th of them where there are many; between them 2 and 5 where there is room. */
export function logTicks({ min, max }: Extent, count: number): Ticks {
  const first = Math.floor(Math.log10(min));
  const last = Math.ceil(Math.log10(max));
  const decades = last - first;
  if (!Number.isFinite(decades)) return { values: [], step: 0 };
  // Within a decade a linear axis has the better marks.
  if (Math.log10(max / min) < 1) return { ...linearTicks({ min, max }, count), step: 0 };
  const factors = decades * 3 <= count ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil(decades / Math.max(1, count)));
  const values: number[] = [];
  for (let power = first; power <= last; power += every)
    for (const factor of factors) {
      const value = factor * 10 ** power;
      if (value >= min && value <= max) values.push(value);
    }
  return { values, step: 0 };
}

function multiples({ min, max }: Extent, step: number): Ticks {
  const values: number[] = [];
  // Counted, not added up: adding 0.1 ten times is not 1.
  // The sum turns -0 into 0.
  for (let index = Math.ceil(min / step - 1e-9) + 0; index * step <= max + step * 1e-9; index++)
    values.push(index * step);
  return { values, step };
}

/** From here on a number is shorter in units, and below here as a power of ten. */
const LONG = 100_000;
const SMALL = 1e-3;

/** Enough digits to tell marks apart that are `step` away from each other; of a logarithmic axis (0), as many as it has. */
export function plainText(value: number, step: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (step === 0) {
    if (size >= LONG) return compactText(value);
    return size < SMALL ? shorten(value.toExponential(0)) : String(Number(value.toPrecision(3)));
  }
  if (size >= LONG && step >= 1) return wholeText(value);
  if (size >= SMALL) return value.toFixed(digitsOf(step));
  return shorten(value.toExponential(Math.max(0, digitsOf(step) - digitsOf(size))));
}

/** `30 %` of 0.3. */
export function percentText(value: number, step: number): string {
  const shown = 100 * value;
  return `${step === 0 ? String(Number(shown.toPrecision(3))) : shown.toFixed(digitsOf(100 * step))} %`;
}

const UNITS = [
  { size: 1e9, name: 'G' },
  { size: 1e6, name: 'M' },
  { size: 1e3, name: 'k' },
];

/** `250k`, `1.5M`: of numbers whose magnitude says enough. */
export function compactText(value: number): string {
  const unit = UNITS.find(({ size }) => Math.abs(value) >= size);
  return unit ? `${Number((value / unit.size).toPrecision(4))}${unit.name}` : String(Number(value.toPrecision(4)));
}

/** A whole number at a mark, all of it: `1,500`, `250k`, `256,379`. */
export function wholeText(value: number): string {
  const text = compactText(value);
  const unit = UNITS.find(({ name }) => text.endsWith(name));
  const exact = unit !== undefined && parseFloat(text) * unit.size === value;
  return Math.abs(value) >= LONG && exact ? text : count(value);
}

/** `90 s`, `15 min`, `2 h`: at a mark of a time axis. */
export function timeText(seconds: number): string {
  if (seconds === 0) return '0';
  if (seconds < 60) return `${Number(seconds.toPrecision(3))} s`;
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  if (seconds < 3600 && seconds % 60 === 0) return `${seconds / 60} min`;
  return duration(seconds);
}

function digitsOf(step: number): number {
  return Math.max(0, Math.min(20, -Math.floor(Math.log10(step) + 1e-9)));
}

/** `5e-4` of `5.0e-4`. */
function shorten(exponential: string): string {
  return exponential.replace(/\.0+e/, 'e');
}
