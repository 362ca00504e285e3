/** Random orders that are only as long as they are read. */
import { below } from '../../random/draws.ts';

/** The items in random order, every order equally likely (Fisher and Yates); what is not read costs nothing. */
export function* inRandomOrder(items: readonly number[], next: () => number): Generator<number> {
  const moved = new Map<number, number>();
  const at = (place: number): number => moved.get(place) ?? items[place] ?? 0;
  for (let place = 0; place < items.length; place += 1) {
    const chosen = place + below(items.length - place, next);
    yield at(chosen);
    moved.set(chosen, at(place));
  }
}

/**
 * Indices in random order without repetition, where at every place each of those that are left comes with a chance in proportion to its
 * weight (Efraimidis and Spirakis, "Weighted random sampling with a reservoir", 2006, as a race of exponential clocks).
 * @param weights positive
 */
export function inWeightedOrder(weights: Float64Array, next: () => number): number[] {
  const times = weights.map((weight) => -Math.log(1 - next()) / weight);
  return Array.from(weights.keys()).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
}
