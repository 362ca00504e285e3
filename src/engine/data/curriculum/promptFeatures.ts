/**
 * What prompts have in common, as numbers of features: the sequences of one to three tokens in each, by the hashing trick (Weinberger et
 * al., arXiv:0902.2206). What stands in every prompt, such as its template, tells none from another and is left out, as is what stands in
 * one prompt alone.
 */

/** Tokens of the longest sequence. */
const LONGEST = 3;
/** Of the hash: sequences share one rarely where there are fewer of them than values, and a prediction bears it where they do. */
const BITS = 18;
/** Odd, as in Knuth's multiplicative hashing, whose best bits are the highest. */
const MULTIPLIER = 0x9e3779b1;

export interface PromptFeatures {
  /** How many there are in all. */
  readonly count: number;
  /** For each prompt its features, ascending, each once: numbers below `count`. */
  readonly ofPrompt: readonly Int32Array[];
}

/** @param prompts as tokens */
export function promptFeatures(prompts: readonly Int32Array[]): PromptFeatures {
  const present = prompts.map(sequencesIn);
  const prompted = new Int32Array(2 ** BITS);
  for (const hashes of present) for (const hash of hashes) prompted[hash] = (prompted[hash] ?? 0) + 1;
  const numbers = new Int32Array(2 ** BITS).fill(-1);
  let count = 0;
  for (const [hash, having] of prompted.entries())
    if (having > 1 && having < prompts.length) {
      numbers[hash] = count;
      count += 1;
    }
  const ofPrompt = present.map((hashes) => hashes.map((hash) => numbers[hash] ?? -1).filter((number) => number >= 0));
  return { count, ofPrompt };
}

/** The hashes of its sequences, ascending. */
function sequencesIn(tokens: Int32Array): Int32Array {
  const found = new Set<number>();
  for (let start = 0; start < tokens.length; start += 1) {
    let hash = 0;
    for (let end = start; end < Math.min(tokens.length, start + LONGEST); end += 1) {
      // One more than the token, so that a sequence that begins with token 0 is another than without it.
      hash = Math.imul(hash ^ ((tokens[end] ?? 0) + 1), MULTIPLIER);
      hash ^= hash >>> 15;
      found.add(Math.imul(hash, MULTIPLIER) >>> (32 - BITS));
    }
  }
  return Int32Array.from(found).sort();
}
