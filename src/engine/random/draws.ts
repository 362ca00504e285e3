/** What is made from a sequence of uniform numbers (`uniforms` of keyed.ts): indices, shuffles, normal numbers. */

/** An index below this bound, drawn from 48 bits, is uniform to one part in 2^16 or better. */
const INDEX_LIMIT = 2 ** 32;

/** 48 random bits in [0, 1), exact in float64: two numbers of the sequence. */
function fine(next: () => number): number {
  const high = next();
  return high + next() * 2 ** -24;
}

/**
 * An integer in [0, bound). Takes two numbers of the sequence.
 *
 * @throws RangeError when `bound` is not an integer from 1 to 2^32
 */
export function below(bound: number, next: () => number): number {
  if (!Number.isInteger(bound) || bound < 1 || bound > INDEX_LIMIT) {
    throw new RangeError(`An index is drawn below an integer from 1 to ${INDEX_LIMIT}, not ${bound}.`);
  }
  // At most bound * (1 - 2^-48), which float64 cannot round up to the bound.
  return Math.floor(fine(next) * bound);
}

/** A shuffled copy, every order equally likely: sorted by 48 random bits each, of which two are never equal in practice. */
export function shuffle<T>(items: readonly T[], next: () => number): T[] {
  return items
    .map((item) => ({ item, place: fine(next) }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/**
 * Turns a sequence of uniform numbers into one of standard normal numbers, exact in float32 (Box and Muller, 1958). None is
 * further out than 5.8, where 24 random bits end. Same numbers on one machine; another JavaScript engine may round the
 * logarithm differently.
 */
export function normals(next: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    spare = Math.fround(radius * Math.sin(angle));
    return Math.fround(radius * Math.cos(angle));
  };
}
