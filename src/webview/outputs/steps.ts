/** The steps that have completions of what is shown, ascending. */

/** Index of the last step that is not after `step`; 0 where all are, -1 where there is none. */
export function indexOfStep(steps: Float64Array, step: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle] ?? Infinity) <= step) low = middle + 1;
    else high = middle;
  }
  return Math.max(low - 1, steps.length === 0 ? -1 : 0);
}

/** The steps that are left when a run has gone back to `last`, and those that came after. */
export function withSteps(steps: Float64Array, added: Float64Array, last: number): Float64Array {
  const kept = steps.filter((step) => step <= last && step < (added[0] ?? Infinity));
  const all = new Float64Array(kept.length + added.length);
  all.set(kept);
  all.set(added, kept.length);
  return all;
}
