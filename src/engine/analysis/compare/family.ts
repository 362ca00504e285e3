/** Several comparisons that are made at once: by chance alone some of them would claim something. */
import { holm } from '../../evaluation/holm.ts';
import type { Family } from './verdict.ts';

/** How each stands among the others; undefined for what is no result, or the only one. */
export function familiesOf(pValues: readonly (number | null)[]): (Family | undefined)[] {
  const known = pValues.filter((pValue) => pValue !== null);
  if (known.length < 2) return pValues.map(() => undefined);
  const corrected = holm(known);
  let next = 0;
  return pValues.map((pValue) =>
    pValue === null ? undefined : { comparisons: known.length, pValue: corrected[next++] ?? 1 },
  );
}
