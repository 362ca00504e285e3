/**
 * p-values of several comparisons, each raised to what it is worth as one of them: claims where it is below 0.05 are all true but
 * with a chance of 5 % at most, whatever the comparisons have in common (Holm, "A simple sequentially rejective multiple test
 * procedure", Scandinavian Journal of Statistics 1979).
 * @returns in the order of `pValues`
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[a] ?? 1) - (pValues[b] ?? 1));
  const adjusted = pValues.map(() => 1);
  let highest = 0;
  for (const [rank, index] of order.entries()) {
    highest = Math.max(highest, Math.min(1, (pValues.length - rank) * (pValues[index] ?? 1)));
    adjusted[index] = highest;
  }
  return adjusted;
}
