/**
 * `maxPenalty * (1 - distinct n-grams / n-grams)` over words in lower case; 0 for a text of fewer than n words.
 * Source: "Demystifying Long Chain-of-Thought Reasoning", arXiv:2502.03373, appendix C.2, in the form of Open-R1.
 */
import { z } from 'zod';
import { defineBuiltin } from './builtin.ts';

export const repetitionPenalty = defineBuiltin(
  { ngram: z.int().min(1).default(3), maxPenalty: z.number().max(0).default(-1) },
  ({ ngram, maxPenalty }) =>
    ({ completion }) => {
      const words = completion
        .toLowerCase()
        .split(/\s+/u)
        .filter((word) => word !== '');
      const count = words.length - ngram + 1;
      if (count < 1) return 0;
      const distinct = new Set(Array.from({ length: count }, (_, i) => words.slice(i, i + ngram).join(' ')));
      // Not -0, which is what maxPenalty times 0 gives.
      return distinct.size === count ? 0 : maxPenalty * (1 - distinct.size / count);
    },
);
