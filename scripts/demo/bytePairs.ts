/**
 * A trainer of byte pair encodings (Sennrich, Haddow, Birch, arXiv:1508.07909), enough for a small vocabulary: merges the most frequent
 * pair of neighbouring symbols until nothing is left to merge or the vocabulary is full.
 */

export type Pair = readonly [left: string, right: string];

export interface Encoding {
  /** Symbols by id: the alphabet, then what each merge made. */
  readonly symbols: readonly string[];
  /** In the order they were learned, which is the order they are applied in. */
  readonly merges: readonly Pair[];
}

interface Word {
  readonly symbols: string[];
  readonly count: number;
}

/**
 * @param pieces what pre-tokenization cut the texts into; merges never cross their borders
 * @param size symbols that the vocabulary may have at most, the alphabet included
 */
export function learnBytePairs(pieces: Iterable<string>, size: number): Encoding {
  const counts = new Map<string, number>();
  for (const piece of pieces) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  const words = Array.from(counts, ([piece, count]): Word => ({ symbols: Array.from(piece), count }));
  const symbols = [...new Set(words.flatMap((word) => word.symbols))].sort();
  const merges: Pair[] = [];
  while (symbols.length < size) {
    const pair = mostFrequentPair(words);
    if (pair === null) break;
    merges.push(pair);
    symbols.push(pair[0] + pair[1]);
    for (const word of words) mergeIn(word.symbols, pair);
  }
  return { symbols, merges };
}

/** Of pairs that are equally frequent the one met first. */
function mostFrequentPair(words: readonly Word[]): Pair | null {
  const counts = new Map<string, { readonly pair: Pair; count: number }>();
  for (const { symbols, count } of words) {
    let [left] = symbols;
    for (const right of symbols.slice(1)) {
      if (left === undefined) break;
      // The length keeps "a" + "bc" apart from "ab" + "c".
      const key = `${left.length}:${left}${right}`;
      const known = counts.get(key);
      if (known) known.count += count;
      else counts.set(key, { pair: [left, right], count });
      left = right;
    }
  }
  let best: Pair | null = null;
  let most = 0;
  for (const { pair, count } of counts.values()) if (count > most) [best, most] = [pair, count];
  return best;
}

function mergeIn(symbols: string[], [left, right]: Pair): void {
  for (let i = 0; i + 1 < symbols.length; i++)
    if (symbols[i] === left && symbols[i + 1] === right) symbols.splice(i, 2, left + right);
}
