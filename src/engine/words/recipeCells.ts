/** The cells of a table of recipes that the terminal and the editor write alike. */
import { count, percent } from './format.ts';

/** How many seeds there are: `3`, or `2 of 3` where not all are measured. */
export function seedsCell({ runs, measured }: { readonly runs: readonly string[]; readonly measured: number }): string {
  return measured === runs.length ? count(measured) : `${count(measured)} of ${count(runs.length)}`;
}

interface Measured {
  readonly accuracy: { readonly value: number; readonly low: number; readonly high: number } | null;
  /** null where the interval is none. */
  readonly over: string | null;
}

/** `71.0 % (62.4 to 79.6)` */
export function accuracyCell({ accuracy, over }: Measured): string {
  if (accuracy === null) return 'not measured';
  const { value, low, high } = accuracy;
  return over === null ? percent(value) : `${percent(value)} (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`;
}

interface Compared {
  readonly isBaseline: boolean;
  readonly against: { readonly verdict: string | null; readonly brief: string; readonly ofRecipes: boolean } | null;
}

/** `better by 4.1 points [1.0, 7.2]`; of too few seeds to speak of the setting, `these runs: better by …`. Empty where nothing is compared. */
export function againstCell({ isBaseline, against }: Compared): string {
  if (isBaseline) return 'baseline';
  if (against === null) return '';
  return against.ofRecipes || against.verdict === null ? against.brief : `these runs: ${against.brief}`;
}
