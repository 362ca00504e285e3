/** A share with its interval, in two cells of a table. */
import type { Estimate } from '../../protocol/metrics.ts';
import { percent } from '../../words/format.ts';

/** `41.2 %` and `[36.5, 46.1]`. */
export function estimateCells({ value, low, high }: Estimate): [string, string] {
  return [percent(value), `[${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`];
}
