/** What the smallest and the largest value in a legend are of. */
import { count } from '../../engine/words/format.ts';
import type { Extent } from '../chart/content.ts';
import { firstAtLeast } from '../chart/scale.ts';
import type { StepRange } from './pointStore.ts';

/** What of a curve its smallest and largest value are of. */
export interface Stretch {
  /** What is looked at; null for all of it. */
  readonly range: StepRange | null;
  /** The newest change of the reward code in it: what lies before is of another measure. null for none. */
  readonly since: number | null;
}

/** @param breaks as `breaksOf` */
export function stretchOf(breaks: readonly number[], range: StepRange | null): Stretch {
  const newest = breaks.findLast((step) => range === null || step <= range.to);
  // Where nothing of before is looked at, there is nothing to say.
  return { range, since: newest === undefined || (range !== null && newest <= range.from) ? null : newest };
}

/** Of the values in view. */
export function extentOf(
  steps: readonly number[],
  low: readonly number[],
  high: readonly number[],
  { range, since }: Stretch,
): Extent {
  const first = firstAtLeast(steps, Math.max(range?.from ?? 0, since ?? 0));
  const end = range === null ? steps.length : firstAtLeast(steps, range.to + 1);
  let min = Infinity;
  let max = -Infinity;
  for (let index = first; index < end; index++) {
    min = Math.min(min, low[index] ?? Infinity);
    max = Math.max(max, high[index] ?? -Infinity);
  }
  return { min, max };
}

/** A row of a legend; `min` is '' where it has none. */
export interface Bounded {
  readonly label: string;
  readonly min: string;
  readonly since: number | null;
}

/** From where on smallest and largest values are, by the curves that this is so for; '' where all are of all that is looked at. */
export function sinceText(rows: readonly Bounded[]): string {
  const bounded = rows.filter(({ min }) => min !== '');
  const parts = [...Map.groupBy(bounded, ({ since }) => since)].flatMap(([since, own]) => {
    if (since === null) return [];
    const of = own.length === bounded.length ? '' : `of ${own.map(({ label }) => label).join(', ')} `;
    return [`${of}since step ${count(since)}`];
  });
  return parts.length === 0 ? '' : `min and max ${parts.join(' and ')}, when the reward changed`;
}
