/** Sequences of words as numbers, to find texts that repeat each other. */

/**
 * Words of a sequence. Long enough that two texts about the same thing share few by chance, and the length that reports on leaks between
 * training data and benchmarks use (Tülu 3, arXiv:2411.15124).
 */
export const SEQUENCE_WORDS = 8;

/** Of FNV-1a in 32 bits. */
const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;
/** Odd, so that each step of the combination can be undone and loses nothing. */
const COMBINE = 0x9e3779b1;

const WORD = /[\p{L}\p{N}]+/gu;

/**
 * The different sequences of `SEQUENCE_WORDS` words in a text, each as a hash of 32 bits: two that differ are taken for one with a
 * chance of 2^-32. Empty for a shorter text.
 * @param text normalised: the same words in another case would be others
 */
export function wordSequences(text: string): Set<number> {
  const words = Array.from(text.matchAll(WORD), ([word]) => hashOf(word));
  const sequences = new Set<number>();
  for (let end = SEQUENCE_WORDS; end <= words.length; end += 1) {
    let hash = 0;
    for (let index = end - SEQUENCE_WORDS; index < end; index += 1)
      hash = (Math.imul(hash, COMBINE) + (words[index] ?? 0)) | 0;
    sequences.add(hash);
  }
  return sequences;
}

function hashOf(word: string): number {
  let hash = OFFSET;
  for (let index = 0; index < word.length; index += 1) hash = Math.imul(hash ^ word.charCodeAt(index), PRIME);
  return hash;
}
