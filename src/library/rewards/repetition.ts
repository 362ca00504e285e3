/** Repetition penalty: loops of the same words cost up to 1. */
import type { Reward } from 'rlvr';

/** So many words in a row count as one piece. */
const NGRAM = 3;

/** 0 where no piece comes twice, towards -1 the more of them are repeated. */
export const repetition: Reward = ({ completion }) => 0 - repeatedShare(completion, NGRAM);

/**
 * 1 - distinct n-grams / n-grams, over words in lower case; 0 for a text of fewer than n words.
 * Source: "Demystifying Long Chain-of-Thought Reasoning", arXiv:2502.03373, appendix C.2, in the form of Open-R1.
 */
export function repeatedShare(text: string, ngram: number): number {
  const words = text
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');
  const count = words.length - ngram + 1;
  if (count < 1) return 0;
  const distinct = new Set(Array.from({ length: count }, (_, i) => words.slice(i, i + ngram).join(' ')));
  return 1 - distinct.size / count;
}
