/** Measurements as they are printed: the median, all of them beside it, and how busy the machine was. */
import { loadavg } from 'node:os';

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** Prints one line. @param bound what the value must be below, in its unit */
export function printNumbers(what: string, values: readonly number[], unit: string, bound: number): void {
  const value = median(values);
  const all = values.length > 1 ? ` (${values.map(number).join(', ')})` : '';
  const verdict = value < bound ? 'ok' : 'MISSED';
  const [load = NaN] = loadavg();
  console.log(
    `${what.padEnd(58)} ${number(value).padStart(7)} ${unit}${all}; below ${bound}: ${verdict}; load ${load.toFixed(1)}`,
  );
}

function number(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0);
}
